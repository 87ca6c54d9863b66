/// The process at the other end of an admin connection, as the kernel reports it.
public struct AdminCaller: Sendable, Equatable {
  /// Process id.
  public var pid: Int32
  /// User id.
  public var uid: UInt32
  /// Group id.
  public var gid: UInt32
}

/// One document of an applied file and what became of it.
public struct AppliedResource: Sendable, Equatable {
  /// `bot`, `token`, …
  public var kind: String
  /// Name of the resource.
  public var name: String
  /// True when it did not exist before.
  public var created: Bool

  /// Creates a report.
  public init(kind: String, name: String, created: Bool) {
    self.kind = kind
    self.name = name
    self.created = created
  }
}

/// What `status` shows.
public struct ClusterStatus: Sendable, Equatable {
  /// Name of the cluster.
  public var clusterName: String
  /// Version of the authority.
  public var version: String
  /// Pins of all trusted host authorities, `sha256:` and hex each.
  public var caPins: [String]

  /// Creates a status.
  public init(clusterName: String, version: String, caPins: [String]) {
    self.clusterName = clusterName
    self.version = version
    self.caPins = caPins
  }
}

/// One resource and the revision of its record, which changes with every write.
public struct FetchedResource: Sendable, Equatable {
  /// Its JSON document.
  public var document: [UInt8]
  /// What ``AdminHandler/replace(yaml:revision:unlocks:caller:)`` asks for.
  public var revision: UInt64

  /// Creates an answer.
  public init(document: [UInt8], revision: UInt64) {
    self.document = document
    self.revision = revision
  }
}

/// Administers the authority. Only callers that passed the socket's credential check get here.
public protocol AdminHandler: Sendable {
  /// Creates (with `force` also replaces) every resource of a multi-document YAML text, or none of them.
  func apply(yaml: [UInt8], force: Bool, caller: AdminCaller) async throws(RPCError)
    -> [AppliedResource]
  /// Resources of a kind, or the one with the name, as a JSON array.
  func get(kind: String, name: String?, caller: AdminCaller) async throws(RPCError) -> [UInt8]
  /// One resource with its revision.
  func fetch(kind: String, name: String, caller: AdminCaller) async throws(RPCError)
    -> FetchedResource
  /// Replaces the resource of a text with one document while its record has the revision, and with
  /// `unlocks` removes the locks on it too: both or neither. `compareFailed` when the record has another.
  func replace(yaml: [UInt8], revision: UInt64, unlocks: Bool, caller: AdminCaller)
    async throws(RPCError)
  /// Removes one resource.
  func remove(kind: String, name: String, caller: AdminCaller) async throws(RPCError)
  /// Describes the cluster.
  func status(caller: AdminCaller) async throws(RPCError) -> ClusterStatus
  /// Public part of an authority as text: `user` and `host` as SSH lines, `tls-user` and `tls-host` as PEM, …
  func export(authority: String, caller: AdminCaller) async throws(RPCError) -> [UInt8]
}
