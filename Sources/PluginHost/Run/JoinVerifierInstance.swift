import PluginABI

/// One verifier. Sessions of many joins may be open at once; their calls take turns on its thread.
public final class JoinVerifierInstance: Sendable {
  let thread: InstanceThread
  let core: VerifierCore
  private let allowanceTable: AllowanceTable?
  public let pluginID: String
  static let deadline: Duration = .seconds(10)

  public init(_ plugin: LoadedPlugin, services: InstanceServices) async throws {
    let table = try Self.table(of: plugin)
    allowanceTable = try AllowanceTable(of: plugin)
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

  /// What a token grants a limited number of times; empty for a verifier that does not tell.
  public func allowances(
    spec: [UInt8], status: [UInt8]
  ) async throws(PluginFailure) -> [Allowance] {
    guard let table = allowanceTable else { return [] }
    let core = core
    return try await thread.run(deadline: Self.deadline) { _ throws(PluginFailure) in
      try core.allowances(table, spec, status)
    }
  }

  /// The newest certificates of a bot instance were used for the first time.
  ///
  /// - Returns: the status to store; `status` itself when the verifier has nothing to confirm.
  public func confirmed(
    spec: [UInt8], status: [UInt8], instanceID: String
  ) async throws(PluginFailure) -> [UInt8] {
    let core = core
    return try await thread.run(deadline: Self.deadline) { _ throws(PluginFailure) in
      try core.confirmed(spec, status, instanceID)
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
