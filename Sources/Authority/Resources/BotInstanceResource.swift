import Documents

/// `kind: bot_instance`: one lineage of certificates of a bot.
struct BotInstanceResource: Sendable {
  static let prefix = "/bot_instances/"
  static let historyLimit = 10
  /// How long an instance outlives its last certificate.
  static let marginSeconds: Int64 = 300

  private(set) var node: Node

  static func key(bot: String, id: String) -> String { "\(prefix)\(bot)/\(id)" }

  init(_ node: Node) { self.node = node }

  /// A new instance, without any authentication yet.
  init(bot: String, id: String, previous: String) {
    var spec: [(String, Node)] = [("bot_name", .text(bot)), ("instance_id", .text(id))]
    if !previous.isEmpty { spec.append(("previous_instance_id", .text(previous))) }
    node = .object([
      ("kind", .text("bot_instance")), ("version", .text("v1")),
      ("metadata", .object([("name", .text(id))])), ("spec", .object(spec)),
      ("status", .object([("latest_authentications", .array([]))])),
    ])
  }

  // Kept for methods whose generations are enforced; absent for others, whose joins nobody confirms.
  private static let confirmedKey = "confirmed_generation"

  private var authentications: [Node] { node["status"]?["latest_authentications"]?.list ?? [] }

  /// Generation of the newest certificate, 0 for a new instance.
  var generation: Int64 { authentications.last?["generation"]?.int64 ?? 0 }

  /// Generation of the last certificate that was used, 0 when none was; nil when the newest one was, and
  /// that is the usual case.
  var confirmedGeneration: Int64? { node["status"]?[Self.confirmedKey]?.int64 }

  /// Whether the result of the join with that generation was given up for that of another join, so that
  /// nobody may have it.
  func isReplaced(_ generation: UInt64) -> Bool {
    replaced.ranges.contains { $0.contains(Int64(clamping: generation)) }
  }

  private var replaced: ReplacedGenerations { ReplacedGenerations(node["status"]) }

  /// The newest certificate was used.
  mutating func confirm() {
    node = node.setting(
      "status", (node["status"] ?? .object([])).removing(Self.confirmedKey))
  }

  /// Another join takes the place of the newest one, which nobody has used.
  mutating func replaceNewest() {
    guard generation > 0 else { return }
    var ranges = replaced
    ranges.insert(generation)
    node = node.setting("status", ranges.written(to: node["status"] ?? .object([])))
  }

  /// The token of the newest join; empty for a new instance.
  var joinToken: String { authentications.last?["join_token"]?.string ?? "" }

  /// An operator says that whoever has a replaced result may have it after all.
  ///
  /// - Returns: whether there was one.
  mutating func forgiveReplaced() -> Bool {
    guard let status = node["status"], !replaced.ranges.isEmpty else { return false }
    node = node.setting("status", ReplacedGenerations.removed(from: status))
    return true
  }

  /// Appends an authentication record; the list keeps ten, the first is kept beside it.
  ///
  /// - Parameter confirmed: generation of the last certificate that was used before this one; nil when
  ///   nobody confirms joins of the method.
  mutating func authenticated(
    at now: Int64, method: String, token: String, generation: Int64, publicKey: String,
    confirmed: Int64?
  ) {
    let record = Node.object([
      ("authenticated_at", .text(TimeText.text(now))), ("join_method", .text(method)),
      ("join_token", .text(token)), ("generation", .integer(generation)),
      ("public_key", .text(publicKey)),
    ])
    var status = node["status"] ?? .object([])
    if status["initial_authentication"] == nil {
      status = status.setting("initial_authentication", record)
    }
    status =
      confirmed.map { status.setting(Self.confirmedKey, .integer($0)) }
      ?? status.removing(Self.confirmedKey)
    let latest = Array((authentications + [record]).suffix(Self.historyLimit))
    node = node.setting("status", status.setting("latest_authentications", .array(latest)))
  }

  /// Records a heartbeat; the list keeps ten, the first is kept beside it.
  mutating func heartbeat(_ record: Node) {
    var status = node["status"] ?? .object([])
    if status["initial_heartbeat"] == nil {
      status = status.setting("initial_heartbeat", record)
    }
    let latest = Array(
      ((status["latest_heartbeats"]?.list ?? []) + [record]).suffix(Self.historyLimit))
    node = node.setting("status", status.setting("latest_heartbeats", .array(latest)))
  }
}
