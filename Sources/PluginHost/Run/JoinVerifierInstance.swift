import PluginABI

/// The answer to a token being created or replaced.
public enum AdmitOutcome: Sendable {
  /// The status to store, JSON.
  case admitted([UInt8])
  /// Every problem of the spec.
  case rejected([AdmitNote])
}

/// One problem of a token's method section.
public struct AdmitNote: Sendable, Equatable {
  /// Dotted path below `spec.<method>`; empty for the whole section.
  public var path: String
  public var message: String
}

/// What a verifier session starts from.
public struct VerifyParameters: Sendable {
  public var tokenName: String
  public var botName: String
  /// JSON of `spec.<method>` and `status.<method>`.
  public var spec: [UInt8]
  public var status: [UInt8]
  /// `Bot` or `Instance`.
  public var role: String
  /// The client's init message without field 1.
  public var initMessage: [UInt8]
  /// Bot instance in the caller's certificate; empty when unauthenticated.
  public var instanceID: String
  /// Why joins with this token are locked now; empty without a lock.
  public var lockMessage: String

  public init(
    tokenName: String, botName: String, spec: [UInt8], status: [UInt8], role: String,
    initMessage: [UInt8], instanceID: String, lockMessage: String
  ) {
    self.tokenName = tokenName
    self.botName = botName
    self.spec = spec
    self.status = status
    self.role = role
    self.initMessage = initMessage
    self.instanceID = instanceID
    self.lockMessage = lockMessage
  }
}

/// What the authority has to do next, with the audit events that came along.
public struct VerifyAction: Sendable {
  public enum Kind: Sendable {
    case challenge(field: UInt32, message: [UInt8])
    /// `newInstance`: a fresh bot instance, following `previousInstance` when known.
    case accept(newInstance: Bool, previousInstance: String, attributes: [UInt8])
    case refuse(VerifyRefusal)
  }

  public var kind: Kind
  /// One JSON object per event.
  public var events: [[UInt8]]
}

/// A verdict against a client.
public struct VerifyRefusal: Sendable, Equatable {
  public enum Class: Sendable { case accessDenied, badParameter, unknown }

  public var reason: Class
  /// Text for the client.
  public var message: String
  /// Longer text for the audit log.
  public var audit: String
  /// Whether the token is to be locked, with `audit` as the lock's message.
  public var locksToken: Bool
}

/// One verifier. Sessions of many joins may be open at once; their calls take turns on its thread.
public final class JoinVerifierInstance: Sendable {
  let thread: InstanceThread
  let core: VerifierCore
  public let pluginID: String
  static let deadline: Duration = .seconds(10)

  public init(_ plugin: LoadedPlugin, services: InstanceServices) async throws {
    let table = try Self.table(of: plugin)
    pluginID = plugin.manifest.id
    let host = HostTable(services: services, manifest: plugin.manifest)
    thread = InstanceThread(pluginID: pluginID, progress: host.context.progress)
    let core = VerifierCore(
      table: table, host: host,
      pluginID: pluginID)
    self.core = core
    do {
      try await thread.run(deadline: Self.deadline) { _ throws(PluginFailure) in try core.create() }
    } catch {
      thread.close()
      throw error
    }
  }

  /// The plugin's table, complete.
  static func table(of plugin: LoadedPlugin) throws(PluginRefusal) -> tenon_cap_join_verifier {
    let table = try plugin.capability(
      TENON_CAP_JOIN_VERIFIER_ID, as: tenon_cap_join_verifier.self,
      zero: tenon_cap_join_verifier(), minimum: 72)
    guard table.create != nil, table.destroy != nil, table.admit != nil, table.begin != nil,
      table.step != nil, table.conclude != nil, table.abort != nil, table.gave_up != nil
    else {
      throw plugin.refusal(
        "describe-slots", "leaves a function of \(TENON_CAP_JOIN_VERIFIER_ID) out")
    }
    return table
  }

  /// Checks a spec and completes the status to store.
  public func admit(spec: [UInt8], status: [UInt8]) async throws(PluginFailure) -> AdmitOutcome {
    let core = core
    return try await thread.run(deadline: Self.deadline) { _ throws(PluginFailure) in
      try core.admit(spec, status)
    }
  }

  /// Opens a session. It must end with exactly one of ``VerifySession/conclude(instanceID:)`` and
  /// ``VerifySession/abort()``.
  public func begin(
    _ parameters: VerifyParameters
  ) async throws(PluginFailure) -> (session: VerifySession, action: VerifyAction) {
    let core = core
    let (handle, action) = try await thread.run(deadline: Self.deadline) {
      _ throws(PluginFailure) in try core.begin(parameters)
    }
    return (VerifySession(verifier: self, handle: handle), action)
  }

  public func close() async {
    let core = core
    try? await thread.run(deadline: Self.deadline) { _ throws(PluginFailure) in core.destroy() }
    thread.close()
  }
}

/// One join being verified. Used by one task at a time.
public final class VerifySession: Sendable {
  private let verifier: JoinVerifierInstance
  private let handle: UInt

  init(verifier: JoinVerifierInstance, handle: UInt) {
    self.verifier = verifier
    self.handle = handle
  }

  /// The client's answer to the last challenge.
  public func step(field: UInt32, message: [UInt8]) async throws(PluginFailure) -> VerifyAction {
    let (core, handle) = (verifier.core, handle)
    return try await run { () throws(PluginFailure) in try core.step(handle, field, message) }
  }

  /// The client gave up.
  public func gaveUp(reason: UInt32, text: String) async throws(PluginFailure) -> VerifyAction {
    let (core, handle) = (verifier.core, handle)
    return try await run { () throws(PluginFailure) in try core.gaveUp(handle, reason, text) }
  }

  /// After an accept: the status to commit and the fields to add to the result.
  public func conclude(
    instanceID: String
  ) async throws(PluginFailure) -> (status: [UInt8], result: [UInt8]) {
    let (core, handle) = (verifier.core, handle)
    return try await run { () throws(PluginFailure) in try core.conclude(handle, instanceID) }
  }

  /// The join failed. Does nothing after a conclude.
  public func abort() async {
    let (core, handle) = (verifier.core, handle)
    try? await run { () throws(PluginFailure) in core.abort(handle) }
  }

  private func run<Output: Sendable>(
    _ body: @escaping @Sendable () throws(PluginFailure) -> Output
  ) async throws(PluginFailure) -> Output {
    try await verifier.thread.run(deadline: JoinVerifierInstance.deadline) {
      _ throws(PluginFailure) in try body()
    }
  }
}
