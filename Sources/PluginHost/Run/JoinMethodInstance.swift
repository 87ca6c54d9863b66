import PluginABI

/// One configured join method: `begin`, then up to eight `step`s, then `finish` or `abort`.
///
/// All calls run on the instance's own thread. The order of calls is checked here, so a plugin never
/// sees a step without a session.
public final class JoinMethodInstance: Sendable {
  static let messageLimit = Int(TENON_JOIN_MESSAGE_MAX_BYTES)
  static let stepLimit = Int(TENON_JOIN_MAX_STEPS)

  private let thread: InstanceThread
  private let core: JoinMethodCore
  private let allowanceTable: AllowanceTable?
  public let pluginID: String

  /// Loads the capability and creates the instance.
  public init(
    _ plugin: LoadedPlugin, services: InstanceServices, deadline: Duration = .seconds(10)
  ) async throws {
    let table = try Self.table(of: plugin)
    allowanceTable = try AllowanceTable(of: plugin)
    pluginID = plugin.manifest.id
    let host = HostTable(services: services, manifest: plugin.manifest)
    thread = InstanceThread(pluginID: pluginID, progress: host.context.progress)
    let core = JoinMethodCore(
      table: table, host: host,
      pluginID: pluginID)
    self.core = core
    do {
      try await thread.run(deadline: deadline) { _ throws(PluginFailure) in try core.create() }
    } catch {
      thread.close()
      throw error
    }
  }

  /// The plugin's table, complete.
  static func table(of plugin: LoadedPlugin) throws(PluginRefusal) -> tenon_cap_join_method {
    let table = try plugin.capability(
      TENON_CAP_JOIN_METHOD_ID, as: tenon_cap_join_method.self, zero: tenon_cap_join_method(),
      minimum: 56)
    guard table.create != nil, table.destroy != nil, table.begin != nil, table.step != nil,
      table.finish != nil, table.abort != nil
    else {
      throw plugin.refusal("describe-slots", "leaves a function of \(TENON_CAP_JOIN_METHOD_ID) out")
    }
    return table
  }

  /// Opens a session and returns the init message without field 1.
  public func begin(
    _ parameters: JoinParameters, deadline: Duration
  ) async throws(PluginFailure) -> [UInt8] {
    let core = core
    return try await thread.run(deadline: deadline) { task throws(PluginFailure) in
      try core.begin(parameters, task)
    }
  }

  /// Answers one challenge: the field number in ChallengeSolution and its message.
  public func step(
    field: UInt32, message: [UInt8], deadline: Duration
  ) async throws(PluginFailure) -> (field: UInt32, message: [UInt8]) {
    let core = core
    return try await thread.run(deadline: deadline) { task throws(PluginFailure) in
      try core.step(field, message, task)
    }
  }

  /// The join succeeded; returns after the method has stored what it needs.
  public func finish(result: [UInt8], deadline: Duration) async throws(PluginFailure) {
    let core = core
    try await thread.run(deadline: deadline) { task throws(PluginFailure) in
      try core.finish(result, task)
    }
  }

  /// What the authority said at the last join of what may be done a limited number of times; empty for
  /// a method that does not tell. Not while a session is open.
  public func allowances() async throws(PluginFailure) -> [Allowance] {
    guard let table = allowanceTable else { return [] }
    let core = core
    return try await thread.run(deadline: .seconds(10)) { _ throws(PluginFailure) in
      try core.allowances(table)
    }
  }

  /// The join failed. Does nothing without a session.
  public func abort() async {
    let core = core
    try? await thread.run(deadline: .seconds(10)) { _ throws(PluginFailure) in core.abort() }
  }

  /// Destroys the instance and ends its thread.
  public func close() async {
    let core = core
    try? await thread.run(deadline: .seconds(10)) { _ throws(PluginFailure) in core.destroy() }
    thread.close()
  }

  public var isStuck: Bool { thread.isStuck }
}
