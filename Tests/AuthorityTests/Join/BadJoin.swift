import Credentials
import Documents
import Testing

@testable import Authority
@testable import Wire

/// A client that does not get in, what it hears, and what the audit log keeps.
struct BadJoin: CustomTestStringConvertible, Sendable {
  var testDescription: String
  var messages: @Sendable (Int64, PrivateKey) -> [JoinClientMessage]
  var code: RPCError.Code
  var text: String
  var audit: String?

  private static let hello = JoinClientMessage.initialize(
    ClientInit(method: nil, tokenName: "gate"))

  private static func params(_ now: Int64, _ key: PrivateKey) -> ClientParams {
    ClientParams(
      publicTLSKey: key.publicKey.pkixDER, publicSSHKey: key.publicKey.sshBlob,
      expiresUnixSeconds: now + 60)
  }

  /// A client whose first message differs from a good one.
  private static func opening(
    _ description: String, _ code: RPCError.Code, _ text: String, audit: String? = nil,
    _ change: @escaping @Sendable (inout ClientInit) -> Void
  ) -> BadJoin {
    BadJoin(
      testDescription: description,
      messages: { _, _ in
        var hello = ClientInit(method: nil, tokenName: "gate")
        change(&hello)
        return [.initialize(hello)]
      }, code: code, text: text, audit: audit)
  }

  /// A client whose parameters differ from good ones.
  private static func wish(
    _ description: String, _ text: String,
    _ change: @escaping @Sendable (inout ClientParams) -> Void
  ) -> BadJoin {
    BadJoin(
      testDescription: description,
      messages: { now, key in
        var params = params(now, key)
        change(&params)
        return [hello, .method(field: 60, params: params, fragment: Array("new".utf8))]
      }, code: .badParameter, text: text)
  }

  /// A client that answers a good beginning with these words.
  private static func words(
    _ description: String, _ code: RPCError.Code, _ text: String, audit: String? = nil,
    _ words: String...
  ) -> BadJoin {
    BadJoin(
      testDescription: description,
      messages: { now, key in
        [hello, .method(field: 60, params: params(now, key), fragment: Array(words[0].utf8))]
          + words.dropFirst().map { .solution(field: 62, message: Array($0.utf8)) }
      }, code: code, text: text, audit: audit)
  }

  static let all = [
    BadJoin(
      testDescription: "1: nothing at all", messages: { _, _ in [] }, code: .badParameter,
      text: "the first message of a join must be ClientInit"),
    BadJoin(
      testDescription: "1: another first message",
      messages: { _, _ in [.solution(field: 1, message: [])] }, code: .badParameter,
      text: "the first message of a join must be ClientInit"),
    opening("2: no token name", .badParameter, "ClientInit needs a token name and a system role") {
      $0.tokenName = ""
    },
    opening("2: no role", .badParameter, "ClientInit needs a token name and a system role") {
      $0.systemRole = ""
    },
    opening("3: says a proxy forwards it", .badParameter, "only a proxy may forward joins") {
      $0.forwardedByProxy = true
    },
    opening("3: speaks for another", .accessDenied, "only a proxy may speak for another client") {
      $0.proxyParameters = .init(remoteAddress: "a", clientVersion: "b")
    },
    opening("5: an unknown token", .accessDenied, "token expired or not found; ") {
      $0.tokenName = "nobody"
    },
    opening("5: a name that is a path", .accessDenied, "token expired or not found; ") {
      $0.tokenName = "../bots/robot"
    },
    opening("5: a name without end", .accessDenied, "token expired or not found; ") {
      $0.tokenName = String(repeating: "x", count: 100_000)
    },
    opening(
      "6: another method", .badParameter,
      "the token is for the join method badge, not for \"visitor\"; correct join_method in the "
        + "agent's configuration"
    ) { $0.method = "visitor" },
    opening(
      "7: a role the token does not allow", .badParameter,
      "can not join the cluster, the token does not allow the role \"Node\"; "
    ) { $0.systemRole = "Node" },
    BadJoin(
      testDescription: "10: another method's message",
      messages: { now, key in
        [hello, .method(field: 3, params: params(now, key), fragment: [])]
      }, code: .badParameter, text: "the client sent the first message of another join method (3)"),
    BadJoin(
      testDescription: "10: no parameters",
      messages: { _, _ in [hello, .method(field: 60, params: nil, fragment: [])] },
      code: .badParameter, text: "the method's first message has no client parameters"),
    BadJoin(
      testDescription: "10: a solution to nothing",
      messages: { _, _ in [hello, .solution(field: 62, message: [])] },
      code: .badParameter, text: "expected the first message of the join method"),
    BadJoin(
      testDescription: "10: gone after the hello", messages: { _, _ in [hello] },
      code: .badParameter, text: "expected the first message of the join method"),
    BadJoin(
      testDescription: "10: gives up over the method",
      messages: { _, _ in [hello, .givingUp(reason: .unsupportedMethod, text: "what\nis it")] },
      code: .badParameter,
      text: "the client gave up: it does not have the join method: \"what is it\""),
    wish("10: a host's parameters", "the client parameters are those of a host, not of a bot") {
      $0.isHost = true
    },
    wish("11: no end", "the client parameters have no end of life (expires)") {
      $0.expiresUnixSeconds = nil
    },
    wish("11: the end zero", "the client parameters have no end of life (expires)") {
      $0.expiresUnixSeconds = 0
    },
    wish(
      "11: an end in the past",
      "the certificates are asked to end in the past (1800000000, it is 1800000000); check the "
        + "clock of the machine"
    ) { $0.expiresUnixSeconds = ManualClock.start },
    wish(
      "11: an end before all time",
      "the certificates are asked to end in the past (-9223372036854775808, it is 1800000000); "
        + "check the clock of the machine"
    ) { $0.expiresUnixSeconds = .min },
    wish("11: no TLS key", "a public key of the client: ") { $0.publicTLSKey = [] },
    wish("11: no SSH key", "a public key of the client: ") { $0.publicSSHKey = [] },
    wish("11: a TLS key that is none", "a public key of the client: ") {
      $0.publicTLSKey = Array($0.publicTLSKey.dropLast())
    },
    wish("11: an SSH key that is none", "a public key of the client: ") {
      $0.publicSSHKey += [0]
    },
    words("13: refused", .badParameter, "no badge at all", audit: "no badge", "bad"),
    words(
      "13: refused after a challenge", .badParameter, "no badge at all", audit: "no badge",
      "ask", "bad"),
    words(
      "13: refused for a reason of its own", .unknown, "reader says no",
      audit: "reader: no", "unknown"),
    words(
      "13: the verifier fails", .unknown,
      "the authority could not verify the join; its audit log says why",
      audit: "org.example.badge: the reader fell off the wall", "crash"),
    words(
      "13: the verifier fails later", .unknown,
      "the authority could not verify the join; its audit log says why",
      audit: "org.example.badge: the reader fell off the wall", "ask", "crash"),
    words(
      "13: the client's message is no message", .badParameter, "the reader fell off the wall",
      audit: "org.example.badge: the reader fell off the wall", "nonsense"),
    words(
      "13: closes instead of answering", .badParameter, "expected the solution of a challenge",
      "ask"),
    BadJoin(
      testDescription: "13: gives up over a challenge",
      messages: { now, key in
        [
          hello, .method(field: 60, params: params(now, key), fragment: Array("ask".utf8)),
          .givingUp(reason: .solutionFailed, text: "lost it"),
        ]
      }, code: .accessDenied, text: "the badge was taken away", audit: "the client gave up"),
    BadJoin(
      testDescription: "13: begins anew instead of answering",
      messages: { now, key in
        [hello, .method(field: 60, params: params(now, key), fragment: Array("ask".utf8)), hello]
      }, code: .badParameter, text: "expected the solution of a challenge"),
  ]
}
