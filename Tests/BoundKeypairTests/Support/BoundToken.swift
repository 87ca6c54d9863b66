import Credentials
import Documents

extension Cluster {
  /// A cluster whose token is bound to a key and to an instance already.
  static func bound(
    _ build: Build, to key: PrivateKey, instance: String? = "asdf", mode: String = "insecure",
    count: Int64 = 0, limit: Int64 = 0
  ) throws -> Cluster {
    let cluster = try Cluster(build)
    cluster.spec = .object([
      ("recovery", .object([("mode", .text(mode)), ("limit", .integer(limit))]))
    ])
    var status: [(String, Node)] = [("bound_public_key", .text(key.publicKey.authorizedKey))]
    if let instance { status.append(("bound_bot_instance_id", .text(instance))) }
    cluster.status = .object(status + [("recovery_count", .integer(count))])
    return cluster
  }

  var recoveryCount: Int64? { status["recovery_count"]?.int64 }
  var boundKey: String? { status["bound_public_key"]?.string }
  var boundInstance: String? { status["bound_bot_instance_id"]?.string }
}
