import Credentials
import Documents
import PluginHost

/// The private keys of a cluster: what every certificate and join state is signed with.
struct ClusterKeys: Sendable {
  let cluster: String
  let suite: SignatureSuite
  let userTLS: TLSAuthority
  let userSSH: SSHAuthority
  let hostTLS: TLSAuthority
  let hostSSH: SSHAuthority
  /// Every authority with the private parts, by type.
  private let stored: [String: StoredAuthority]

  static let prefix = "/authorities/"
  private static let settingsKey = "/cluster"

  /// Loads the keys, and makes those that do not exist yet.
  ///
  /// - Parameter methods: authorities that verifier plugins ask for.
  static func open(
    _ backend: any Backend, cluster: String, suite: SignatureSuite,
    methods: [MethodAuthorityDeclaration], now: Int64
  ) async throws -> ClusterKeys {
    guard isName(cluster) else {
      throw StartupError(
        "\(cluster.excerpt) is no cluster name",
        remedy: "use letters, digits, dots and hyphens, at most 253 of them")
    }
    let settings = try await settings(backend, cluster: cluster, suite: suite)
    var stored: [String: StoredAuthority] = [:]
    for record in try await backend.list(prefix) {
      let authority = try StoredAuthority(try Self.document(record))
      stored[authority.type] = authority
    }
    let wanted =
      StoredAuthority.Blueprint.standard
      + methods.map { StoredAuthority.Blueprint(type: $0.type, method: $0) }
    for blueprint in wanted where stored[blueprint.type] == nil {
      let authority = try blueprint.make(cluster: cluster, suite: settings, now: now)
      var transaction = Transaction()
      transaction.assertions.append(.absent(prefix + blueprint.type))
      transaction.put(prefix + blueprint.type, JSON.serialize(authority.node))
      try await backend.commit(transaction)
      stored[blueprint.type] = authority
    }
    return try ClusterKeys(cluster: cluster, suite: settings, stored: stored)
  }

  /// Whether a certificate and a host name can carry it.
  private static func isName(_ text: String) -> Bool {
    let isPlain = text.utf8.allSatisfy {
      switch $0 {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"):
        true
      default: false
      }
    }
    return isPlain && (1...253).contains(text.utf8.count) && !text.hasPrefix(".")
  }

  private static func document(_ record: Record) throws(StartupError) -> Node {
    if let node = try? JSON.parse(record.value), node.members != nil { return node }
    throw StartupError(
      "the database record \(record.key) is damaged", remedy: "restore it from a backup")
  }

  private static func settings(
    _ backend: any Backend, cluster: String, suite: SignatureSuite
  ) async throws -> SignatureSuite {
    if let record = try await backend.get(settingsKey) {
      let node = try document(record)
      let name = node["name"]?.string ?? ""
      guard name == cluster else {
        throw StartupError(
          "the data directory belongs to the cluster \(name.excerpt), not to \(cluster.excerpt)",
          remedy: "pass --cluster-name \(name), or name another --data-dir")
      }
      return SignatureSuite(wire: node["suite"]?.string ?? "")
    }
    var transaction = Transaction()
    transaction.assertions.append(.absent(settingsKey))
    transaction.put(
      settingsKey,
      JSON.serialize(.object([("name", .text(cluster)), ("suite", .text(suite.rawValue))])))
    try await backend.commit(transaction)
    return suite
  }

  private init(
    cluster: String, suite: SignatureSuite, stored: [String: StoredAuthority]
  ) throws {
    func authority(_ type: String) throws -> StoredAuthority {
      guard let authority = stored[type] else {
        throw StartupError(
          "the database has no \(type) authority", remedy: "restore it from a backup")
      }
      return authority
    }
    self.cluster = cluster
    self.suite = suite
    self.stored = stored
    (userTLS, userSSH) = (try authority("user").tls(), try authority("user").ssh())
    (hostTLS, hostSSH) = (try authority("host").tls(), try authority("host").ssh())
  }

  /// The public half of an authority, nil for a type this cluster does not have.
  func authority(_ type: String) -> PublicAuthority? { stored[type]?.publicHalf }

  /// The signing service of a method's own authority, nil when it has none.
  func method(_ type: String) throws -> (any MethodAuthority)? {
    try stored[type].map { try MethodSigner(key: $0.jwt(), standby: $0.standbyJWT()) }
  }
}
