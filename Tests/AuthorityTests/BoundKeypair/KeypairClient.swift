import BoundKeypairMessages
import Credentials
import Documents
import PluginKit
import Synchronization
import Testing

@testable import Authority
@testable import Wire

/// A machine that joins with a bound key pair, and everything on its disk. A copy of the value is a copy
/// of the disk.
struct KeypairClient: Sendable {
  /// What the client does when it is asked for another key.
  enum Rotation: Sendable { case freshKey, sameKey, giveUp }

  var token = "gate"
  var secret = ""
  /// Newest last.
  var keys: [PrivateKey] = []
  var joinState: [UInt8] = []
  /// The certificate of the last join, nil when it was lost or has expired.
  var peer: Peer?
  /// Answers every challenge with this key instead of the one that was asked for.
  var wrongKey: PrivateKey?
  var rotation = Rotation.freshKey
  /// Seconds the certificates it asks for are to last.
  var lifetime: Int64 = 3600
  /// Happens before each answer to a challenge.
  var meanwhile: @Sendable () async -> Void = {}

  /// What one join showed.
  struct Outcome {
    var joined: Joined
    var challenges: Int
    var rotations: Int
  }

  /// A client with a key made beforehand.
  static func registered() throws -> KeypairClient {
    KeypairClient(keys: [try PrivateKey.generate(.ed25519)])
  }

  var publicKey: String { keys.last?.publicKey.authorizedKey ?? "" }

  /// Joins with the certificate when there is one.
  @discardableResult
  mutating func join(_ cluster: Cluster) async throws -> Outcome {
    let session = Session(self)
    let stream = ScriptedStream { sent throws(RPCError) in
      try await session.answer(sent, now: cluster.clock.now)
    }
    let joined = try await cluster.join(stream, as: peer ?? Cluster.stranger)
    let bound = try WireMessage(
      parsing: try WireMessage(parsing: joined.result.fragment)[Field.result])
    joinState = bound[Field.resultJoinState]
    let line = String(decoding: bound[Field.resultPublicKey], as: UTF8.self)
    keys = session.keys
    #expect(keys.contains { $0.publicKey.authorizedKey == line })
    peer = joined.peer
    return Outcome(
      joined: joined, challenges: stream.challenges.filter { $0.field == Field.challenge }.count,
      rotations: stream.challenges.filter { $0.field == Field.rotation }.count)
  }

  /// Joins, and the result is lost. What the machine made durable before it answered stays.
  mutating func lose(_ cluster: Cluster) async throws {
    var lost = self
    try await lost.join(cluster)
    keys = lost.keys
  }

  /// Makes a call with its certificate.
  func use(_ cluster: Cluster) async throws {
    _ = try await cluster.api.ping(peer: try #require(peer))
  }

  /// The bot instance in its certificate.
  var instance: String? {
    guard let certificate = peer?.certificateChain.first else { return nil }
    return try? TLSIdentity(try TLSCertificate(der: certificate)).botInstanceID
  }

  /// Joins without its certificate, as after its expiry.
  @discardableResult
  mutating func recover(_ cluster: Cluster) async throws -> Outcome {
    peer = nil
    return try await join(cluster)
  }

  /// The client's side of one join.
  private final class Session: Sendable {
    private let client: KeypairClient
    private let state: Mutex<[PrivateKey]>

    init(_ client: KeypairClient) {
      self.client = client
      state = Mutex(client.keys)
    }

    var keys: [PrivateKey] { state.withLock { $0 } }

    func answer(
      _ sent: [ScriptedStream.Sent], now: Int64
    ) async throws(RPCError) -> JoinClientMessage? {
      do {
        switch sent.last {
        case nil: return .initialize(ClientInit(method: "bound_keypair", tokenName: client.token))
        case .initialized: return try opening(now)
        case .challenge(let field, let message):
          await client.meanwhile()
          return try solve(field, message)
        case .result: return nil
        }
      } catch {
        throw RPCError(.unknown, "the test's client: \(error)")
      }
    }

    private func opening(_ now: Int64) throws -> JoinClientMessage {
      var message = WireMessage()
      if !client.secret.isEmpty { message.set(Field.initialJoinSecret, client.secret) }
      if !client.joinState.isEmpty { message.set(Field.previousJoinState, client.joinState) }
      let key = try PrivateKey.generate(.ecdsaP256).publicKey
      return .method(
        field: 3,
        params: ClientParams(
          publicTLSKey: key.pkixDER, publicSSHKey: key.sshBlob,
          expiresUnixSeconds: now + client.lifetime),
        fragment: message.encoded)
    }

    private func solve(_ field: UInt32, _ message: [UInt8]) throws -> JoinClientMessage {
      guard field == Field.challenge else { return try rotate() }
      let challenge = try WireMessage(parsing: message)
      let line = String(decoding: challenge[Field.challengePublicKey], as: UTF8.self)
      guard let key = client.wrongKey ?? keys.last(where: { $0.publicKey.authorizedKey == line })
      else { return .givingUp(reason: .solutionFailed, text: "no such key") }
      let header = JSON.serialize(
        .object([("alg", .text(key.schemeName)), ("typ", .text("JWT"))]))
      let signed =
        Base64URL.encode(header) + [0x2E] + Base64URL.encode(challenge[Field.challengeDocument])
      return .solution(
        field: Field.challenge,
        message: single(
          Field.only, signed + [0x2E] + Base64URL.encode(try key.sign(signed))))
    }

    private func rotate() throws -> JoinClientMessage {
      if client.rotation == .giveUp {
        return .givingUp(reason: .solutionFailed, text: "no entropy left")
      }
      if client.rotation == .freshKey {
        let key = try PrivateKey.generate(.ed25519)
        state.withLock { $0.append(key) }
      }
      let line = keys.last?.publicKey.authorizedKey ?? ""
      return .solution(
        field: Field.rotation, message: single(Field.only, Array(line.utf8)))
    }
  }
}

extension Cluster {
  /// A cluster with a token of the method.
  ///
  /// - Parameters:
  ///   - spec: lines of `spec.bound_keypair`.
  ///   - status: lines of `status.bound_keypair`, if any.
  static func withKeypairToken(_ spec: [String], status: [String] = []) async throws -> Cluster {
    let cluster = try await Cluster.withToken()
    try await cluster.putKeypairToken(spec, status: status)
    return cluster
  }

  func putKeypairToken(_ spec: [String], status: [String] = []) async throws {
    var yaml = """
      kind: token
      version: v2
      metadata: {name: gate}
      spec:
        roles: [Bot]
        bot_name: robot
        join_method: bound_keypair
        bound_keypair:

      """
    yaml += spec.map { "    \($0)\n" }.joined()
    if !status.isEmpty {
      yaml += "status:\n  bound_keypair:\n" + status.map { "    \($0)\n" }.joined()
    }
    try await apply(yaml, force: true)
  }

  /// `status.bound_keypair` of the token.
  func keypairStatus() async throws -> Node {
    let token = try await get("token", "gate")
    return try #require(token["status"]?["bound_keypair"])
  }

  func recoveryCount() async throws -> Int64? { try await keypairStatus()["recovery_count"]?.int64 }

  func boundInstance() async throws -> String? {
    try await keypairStatus()["bound_bot_instance_id"]?.string
  }
}
