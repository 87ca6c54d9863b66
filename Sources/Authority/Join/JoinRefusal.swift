import PluginHost
import Wire

/// Why a join failed: what the client hears, and what the audit log keeps.
struct JoinRefusal: Error {
  var shown: RPCError
  var audit: String

  init(_ shown: RPCError, audit: String? = nil) {
    self.shown = shown
    self.audit = audit ?? shown.message
  }

  init(_ code: RPCError.Code, _ message: String) { self.init(RPCError(code, message)) }
}

extension PluginFailure {
  /// A verifier that fails, rather than refuses, is the authority's trouble: the client hears no more
  /// than that unless its own message was at fault.
  var refusal: JoinRefusal {
    switch code {
    case .invalidArgument: JoinRefusal(RPCError(.badParameter, message), audit: description)
    case .refused: JoinRefusal(RPCError(.accessDenied, message), audit: description)
    default:
      JoinRefusal(
        RPCError(
          .unknown, "the authority could not verify the join; its audit log says why"),
        audit: description)
    }
  }
}

extension VerifyRefusal.Class {
  var code: RPCError.Code {
    switch self {
    case .accessDenied: .accessDenied
    case .badParameter: .badParameter
    case .unknown: .unknown
    }
  }
}

extension GiveUpReason {
  var words: String {
    switch self {
    case .unspecified: "no reason given"
    case .unsupportedMethod: "it does not have the join method"
    case .unsupportedMessage: "it does not know a message it received"
    case .solutionFailed: "it could not solve the challenge"
    }
  }
}

/// Runs `body`; its error becomes a refusal that the client and the audit log read alike.
func relay<Output>(
  _ body: () async throws(RPCError) -> Output
) async throws(JoinRefusal) -> Output {
  do {
    return try await body()
  } catch {
    throw JoinRefusal(error)
  }
}
