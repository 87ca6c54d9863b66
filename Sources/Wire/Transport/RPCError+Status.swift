internal import GRPCCore

extension RPCError {
  /// The status code that stands for this error on the wire.
  var statusCode: Status.Code {
    switch code {
    case .notFound: .notFound
    case .alreadyExists: .alreadyExists
    case .accessDenied: .permissionDenied
    case .compareFailed: .failedPrecondition
    case .badParameter: .invalidArgument
    case .limitExceeded: .resourceExhausted
    case .connectionProblem: .unavailable
    case .notImplemented: .unimplemented
    case .unknown: .unknown
    }
  }

  /// The error a status of the peer stands for.
  ///
  /// Its text is the peer's and goes through ``PeerText``.
  init(statusCode: Int, message: String, mayHaveLines: Bool = false) {
    let code: Code =
      switch statusCode {
      case Status.Code.notFound.rawValue: .notFound
      case Status.Code.alreadyExists.rawValue: .alreadyExists
      case Status.Code.permissionDenied.rawValue: .accessDenied
      case Status.Code.failedPrecondition.rawValue: .compareFailed
      case Status.Code.invalidArgument.rawValue: .badParameter
      case Status.Code.resourceExhausted.rawValue: .limitExceeded
      case Status.Code.unavailable.rawValue: .connectionProblem
      case Status.Code.unimplemented.rawValue: .notImplemented
      default: .unknown
      }
    var text = PeerText.printable(message, mayHaveLines: mayHaveLines)
    if text.allSatisfy(\.isWhitespace) {
      text = "the server answered with status \(statusCode) and no text"
    }
    self.init(code, text)
  }

  /// Keeps an error of this module, translates one of the transport.
  init(wrapping error: any Error) {
    switch error {
    case let error as RPCError: self = error
    case let error as GRPCCore.RPCError:
      self.init(statusCode: error.code.rawValue, message: error.message)
    case is CancellationError: self.init(.connectionProblem, "the call was cancelled")
    default: self.init(.unknown, "\(error)")
    }
  }
}
