import Credentials
import Testing
import Wire

@testable import Authority

/// What a client holds after a join.
struct Joined {
  let tls: TLSCertificate
  let ssh: SSHCertificate
  let identity: TLSIdentity
  let result: JoinResult
  let stream: ScriptedStream

  init(_ stream: ScriptedStream) throws {
    self.stream = stream
    result = try #require(stream.result)
    tls = try TLSCertificate(der: result.certificates.tls)
    ssh = try SSHCertificate(blob: result.certificates.ssh)
    identity = try TLSIdentity(tls)
  }

  /// How the authority sees a connection made with the certificate.
  var peer: Peer { Peer(remoteAddress: "192.0.2.7:4711", certificateChain: [tls.der]) }
}

extension Cluster {
  static let stranger = Peer(remoteAddress: "192.0.2.7:4711", clientVersion: "18.2.0")

  /// Runs one join.
  func join(_ stream: ScriptedStream, as peer: Peer = stranger) async throws -> Joined {
    try await JoinService(cluster: core).join(stream, peer: peer)
    return try Joined(stream)
  }

  func join(_ messages: [JoinClientMessage], as peer: Peer = stranger) async throws -> Joined {
    try await join(ScriptedStream(messages), as: peer)
  }

  /// A join with the test's verifier, which does what it is told by words.
  ///
  /// - Parameter meanwhile: happens each time before the client answers a challenge.
  func join(
    saying words: String..., token: String = "gate", as peer: Peer = stranger,
    key: PrivateKey? = nil,
    lifetime: Int64 = 3600, meanwhile: @escaping @Sendable () async -> Void = {}
  ) async throws -> Joined {
    try await join(
      script(saying: words, token: token, key: key, lifetime: lifetime, meanwhile: meanwhile),
      as: peer)
  }

  /// The client of such a join.
  func script(
    saying words: [String], token: String = "gate", key: PrivateKey? = nil,
    lifetime: Int64 = 3600, meanwhile: @escaping @Sendable () async -> Void = {}
  ) throws -> ScriptedStream {
    let key = try key ?? PrivateKey.generate(.ecdsaP256)
    let params = ClientParams(
      publicTLSKey: key.publicKey.pkixDER, publicSSHKey: key.publicKey.sshBlob,
      expiresUnixSeconds: clock.now + lifetime)
    return ScriptedStream { sent in
      guard let last = sent.last else {
        return .initialize(ClientInit(method: nil, tokenName: token))
      }
      guard sent.count <= words.count else { return nil }
      let word = Array(words[sent.count - 1].utf8)
      if case .initialized = last { return .method(field: 60, params: params, fragment: word) }
      await meanwhile()
      return .solution(field: 62, message: word)
    }
  }
}
