import Documents
import PluginKit
import Testing

@testable import Wire

/// Tokens of the method, and the clients that may use them.
enum KeypairSetup {
  static let recovery = "recovery: {mode: standard, limit: 2}"
  static let secret = "0123456789abcdef0123456789abcdef"

  /// A token with a secret, and the client that knows it.
  static func registration(
    _ more: String..., recovery: String = recovery
  ) async throws -> (Cluster, KeypairClient) {
    let cluster = try await Cluster.withKeypairToken([
      "onboarding: {registration_secret: \(Self.secret)\(more.map { ", \($0)" }.joined())}",
      recovery,
    ])
    return (cluster, KeypairClient(secret: Self.secret))
  }

  /// A token with a client's key, and the client.
  static func registeredKey(
    _ recovery: String = recovery
  ) async throws -> (Cluster, KeypairClient) {
    let client = try KeypairClient.registered()
    let cluster = try await Cluster.withKeypairToken([
      "onboarding: {initial_public_key: \"\(client.publicKey)\"}", recovery,
    ])
    return (cluster, client)
  }

  /// The error of a join that must fail.
  static func failure(_ client: KeypairClient, _ cluster: Cluster) async throws -> RPCError {
    var client = client
    return try await refusal { try await client.join(cluster) }
  }
}

extension Cluster {
  /// Has the token want another key: from now on, as `tctl bound-keypair request-rotation` does, or from
  /// another time.
  func askForRotation(after time: String? = nil) async throws {
    let token = try await get("token", "gate")
    let spec = try #require(token["spec"])
    let section = try #require(spec["bound_keypair"])
      .setting("rotate_after", .text(time ?? Timestamp.text(clock.now)))
    let changed = token.setting("spec", spec.setting("bound_keypair", section))
    try await apply(String(decoding: JSON.serialize(changed), as: UTF8.self), force: true)
  }
}
