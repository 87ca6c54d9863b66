import Credentials
import Glibc
import PluginHost
import Wire

/// Joins, each over a connection of its own, several at a time, one token and key per lane.
struct JoinLoad {
  private let address: ServerAddress
  private let trust: Trust
  private let method: LoadedPlugin
  private let token: String
  private let storage: String
  private let lanes: Int
  private let joins: Int
  private let refreshes: Bool

  init(_ options: Options) throws {
    address = try ServerAddress(parsing: options.text("authority"), defaultPort: 443)
    let trusted = try options.text("trust")
    guard let pem = BenchRecords.content(trusted) else {
      throw BenchError("\(trusted) cannot be read")
    }
    trust = .roots(try TLSCertificate.all(pem: pem).map(\.der))
    let catalog = PluginCatalog(
      directory: try options.text("plugin-dir"), policy: LoadPolicy(user: geteuid()))
    method = try LoadedPlugin(catalog.joinMethod(options.text("method")))
    token = try options.text("token")
    storage = try options.text("storage")
    lanes = try options.count("lanes")
    joins = try options.count("joins")
    switch options.text("purpose", default: "recovery") {
    case "recovery": refreshes = false
    case "refresh": refreshes = true
    default: throw BenchError("--purpose is recovery or refresh")
    }
  }

  /// Warms every lane up with one join, says "ready", waits for a line, then joins as often as asked.
  ///
  /// The pause lets the caller read the authority's clock before and after.
  func run() async throws {
    var all: [JoinLane] = []
    for lane in 0..<lanes {
      let records = try BenchRecords(folder: "\(storage)\(lane)")
      all.append(
        try await JoinLane(
          address: address, trust: trust, plugin: method, records: records,
          token: "\(token)\(lane)"))
    }
    for lane in all { try await lane.join(refreshes: false) }
    print("ready")
    fflush(nil)
    _ = readLine()
    let began = ContinuousClock.now
    let (joins, refreshes) = (joins, refreshes)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for lane in all {
        group.addTask {
          for _ in 0..<joins { try await lane.join(refreshes: refreshes) }
        }
      }
      try await group.waitForAll()
    }
    let (seconds, attoseconds) = (ContinuousClock.now - began).components
    print("joins", joins * lanes)
    print("seconds", Double(seconds) + Double(attoseconds) / 1e18)
  }
}
