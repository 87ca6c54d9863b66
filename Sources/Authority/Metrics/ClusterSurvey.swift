import Daemon
import Documents
import PluginHost
import Synchronization
import Wire

/// Measures what the database holds, at most once in a few seconds however often it is asked.
final class ClusterSurvey: Sendable {
  private static let interval: UInt64 = 5_000_000_000

  private let cluster: ClusterCore
  private let last = Mutex<UInt64?>(nil)

  private var record: AuthorityRecord { cluster.record }

  init(cluster: ClusterCore) { self.cluster = cluster }

  /// What is known from before this process: when each bot last joined.
  func begin() async {
    for method in cluster.verifiers.methods { record.serves(method) }
    var newest: [[String]: Int64] = [:]
    for node in await documents(BotInstanceResource.prefix) {
      let join = node["status"]?["latest_authentications"]?.list?.last
      guard let bot = node["spec"]?["bot_name"]?.string,
        let method = join?["join_method"]?.string,
        let time = join?["authenticated_at"]?.string.flatMap({ TimeText.seconds($0) })
      else { continue }
      newest[[bot, method]] = max(newest[[bot, method]] ?? time, time)
    }
    for (key, time) in newest { record.lastJoin(key[0], key[1], time) }
  }

  /// Brings every gauge up to date.
  func measure() async {
    let now = cluster.clock.monotonicNanoseconds
    let isDue = last.withLock { last in
      if let last, now - last < Self.interval { return false }
      last = now
      return true
    }
    if isDue {
      await measureLocks()
      await measureAllowances()
    }
    record.measure()
  }

  private func measureLocks() async {
    var counts = ["bot_instance": 0.0, "join_token": 0.0]
    for node in await documents(LockResource.prefix) {
      let kinds = node["spec"]?["target"]?.members?.map(\.key) ?? []
      for kind in counts.keys where kinds.contains(kind) { counts[kind, default: 0] += 1 }
    }
    record.metrics.replace(
      AuthorityMetrics.locks, with: counts.map { (labels: [$0.key], value: $0.value) })
  }

  private func measureAllowances() async {
    var granted: [[String]: Allowance] = [:]
    for node in await documents(TokenResource.prefix) {
      let token = TokenResource(node)
      // A verifier that is not installed says nothing; its joins say it.
      guard let verifier = try? cluster.verifiers.entry(token.joinMethod).verifier else { continue }
      let allowances: [Allowance]
      do {
        allowances = try await verifier.allowances(
          spec: JSON.serialize(token.methodSpec), status: JSON.serialize(token.methodStatus))
      } catch {
        record.metrics.add(to: AuthorityMetrics.allowanceFailures, token.joinMethod)
        continue
      }
      for allowance in allowances {
        let key = [token.botName, token.joinMethod, allowance.name]
        if let other = granted[key], !allowance.isTighter(than: other) { continue }
        granted[key] = allowance
      }
    }
    // In order, so that the same ones are shown each time when there are too many.
    let shown = granted.sorted { $0.key.lexicographicallyPrecedes($1.key) }
    record.metrics.replace(
      AuthorityMetrics.allowanceUsed, with: shown.map { ($0.key, Double($0.value.used)) })
    record.metrics.replace(
      AuthorityMetrics.allowanceLeft,
      with: shown.compactMap { entry in entry.value.left.map { (entry.key, Double($0)) } })
  }

  /// The readable documents below a prefix. Whether the database answers is noted.
  private func documents(_ prefix: String) async -> [Node] {
    do throws(RPCError) {
      let records = try await cluster.store.list(prefix)
      record.part(.database, nil)
      return records.compactMap { try? Store.document($0) }
    } catch {
      record.part(.database, error.message)
      return []
    }
  }
}

extension Allowance {
  /// Whether less of it is left; of two without a limit, whether more of it is used.
  fileprivate func isTighter(than other: Allowance) -> Bool {
    switch (left, other.left) {
    case (let mine?, let others?): mine < others
    case (.some, nil): true
    case (nil, .some): false
    case (nil, nil): used > other.used
    }
  }
}
