import PluginABI

/// What the host tells a join method at `begin`.
public struct JoinParameters: Sendable {
  /// Why the host joins.
  public enum Purpose: UInt32, Sendable {
    case first = 1
    case refresh, recovery
  }

  public var purpose: Purpose
  /// From ServerInit; empty means legacy.
  public var suite: String
  public var tokenName: String
  /// The identity key to be certified: SubjectPublicKeyInfo DER and SSH wire blob.
  public var publicTLSKey: [UInt8]
  public var publicSSHKey: [UInt8]

  public init(
    purpose: Purpose, suite: String, tokenName: String, publicTLSKey: [UInt8],
    publicSSHKey: [UInt8]
  ) {
    self.purpose = purpose
    self.suite = suite
    self.tokenName = tokenName
    self.publicTLSKey = publicTLSKey
    self.publicSSHKey = publicSSHKey
  }
}

/// One configured join method: `begin`, then up to eight `step`s, then `finish` or `abort`.
///
/// All calls run on the instance's own thread. The order of calls is checked here, so a plugin never
/// sees a step without a session.
public final class JoinMethodInstance: Sendable {
  static let messageLimit = Int(TENON_JOIN_MESSAGE_MAX_BYTES)
  static let stepLimit = Int(TENON_JOIN_MAX_STEPS)

  private let thread: InstanceThread
  private let core: Core
  public let pluginID: String

  /// Loads the capability and creates the instance.
  public init(
    _ plugin: LoadedPlugin, services: InstanceServices, deadline: Duration = .seconds(10)
  ) async throws {
    let table = try Self.table(of: plugin)
    pluginID = plugin.manifest.id
    let host = HostTable(services: services, manifest: plugin.manifest)
    thread = InstanceThread(pluginID: pluginID, progress: host.context.progress)
    let core = Core(
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

  /// The plugin's handles. Touched on the instance's thread alone, which is why sharing is sound.
  private final class Core: @unchecked Sendable {
    let table: tenon_cap_join_method
    let host: HostTable
    let pluginID: String
    private var method: OpaquePointer?
    private var session: OpaquePointer?
    private var steps = 0

    init(table: tenon_cap_join_method, host: HostTable, pluginID: String) {
      self.table = table
      self.host = host
      self.pluginID = pluginID
    }

    func create() throws(PluginFailure) {
      try check { self.table.create(self.host.host, &self.method, $0) }
      guard method != nil else { throw defect("created no instance and gave no reason") }
    }

    func begin(
      _ parameters: JoinParameters, _ task: CallTask
    ) throws(PluginFailure) -> [UInt8] {
      guard method != nil, session == nil else { throw misuse("begin", "while a session is open") }
      let collector = Collector(limit: JoinMethodInstance.messageLimit)
      steps = 0
      let failure = parameters.lend { raw in
        task.lend { task in
          self.attempt { error in
            self.table.begin(self.method, raw, task, &self.session, collector.sink, error)
          }
        }
      }
      // A begin that failed has opened nothing, whatever it left in the variable.
      if failure != nil { session = nil }
      if collector.overflowed { abort() }
      try settle(failure, collector)
      guard session != nil else { throw defect("opened no session and gave no reason") }
      return collector.bytes
    }

    func step(
      _ field: UInt32, _ message: [UInt8], _ task: CallTask
    ) throws(PluginFailure) -> (UInt32, [UInt8]) {
      guard session != nil else { throw misuse("step", "without a session") }
      steps += 1
      guard steps <= JoinMethodInstance.stepLimit else {
        throw limit("the join takes more than \(JoinMethodInstance.stepLimit) rounds")
      }
      guard message.count <= JoinMethodInstance.messageLimit else {
        throw limit(
          "the authority sent a message of \(message.count) bytes, at most "
            + "\(JoinMethodInstance.messageLimit) are allowed")
      }
      let collector = Collector(limit: JoinMethodInstance.messageLimit)
      var answer: UInt32 = 0
      let status = message.lend { raw in
        task.lend { task in
          self.attempt { error in
            self.table.step(self.session, field, raw, task, &answer, collector.sink, error)
          }
        }
      }
      try settle(status, collector)
      guard answer > 0, answer < 1 << 29 else { throw defect("answered with field \(answer)") }
      return (answer, collector.bytes)
    }

    func finish(_ result: [UInt8], _ task: CallTask) throws(PluginFailure) {
      guard let open = session else { throw misuse("finish", "without a session") }
      session = nil
      let status = result.lend { raw in
        task.lend { task in
          self.attempt { error in self.table.finish(open, raw, task, error) }
        }
      }
      if let failure = status { throw failure }
    }

    func abort() {
      guard let open = session else { return }
      session = nil
      table.abort(open)
    }

    func destroy() {
      abort()
      guard let created = method else { return }
      method = nil
      table.destroy(created)
    }

    private func attempt(
      _ body: (UnsafeMutablePointer<tenon_error>) -> Int32
    ) -> PluginFailure? {
      var slot = ErrorSlot()
      let status = slot.fill(body)
      return status == TENON_OK
        ? nil : PluginFailure(pluginID: pluginID, code: status, error: slot.raw)
    }

    private func check(
      _ body: (UnsafeMutablePointer<tenon_error>) -> Int32
    ) throws(PluginFailure) {
      if let failure = attempt(body) { throw failure }
    }

    private func settle(_ failure: PluginFailure?, _ collector: Collector) throws(PluginFailure) {
      try collector.check("a message", of: pluginID)
      if let failure { throw failure }
    }

    private func misuse(_ call: String, _ why: String) -> PluginFailure {
      PluginFailure(
        pluginID: pluginID, code: .internalError, message: "the host called \(call) \(why)",
        hint: "this is a defect of the host, report it")
    }

    private func limit(_ message: String) -> PluginFailure {
      PluginFailure(pluginID: pluginID, code: .invalidArgument, message: message)
    }

    private func defect(_ message: String) -> PluginFailure {
      PluginFailure(
        pluginID: pluginID, code: .internalError, message: message,
        hint: PluginFailure.defectHint)
    }
  }
}

extension JoinParameters {
  fileprivate func lend<Result>(_ body: (UnsafePointer<tenon_join_params>) -> Result) -> Result {
    suite.lend { suite in
      tokenName.lend { token in
        publicTLSKey.lend { tls in
          publicSSHKey.lend { ssh in
            var raw = tenon_join_params(
              struct_size: UInt32(MemoryLayout<tenon_join_params>.size), purpose: purpose.rawValue,
              suite: suite, token_name: token, public_tls_key: tls, public_ssh_key: ssh)
            return withUnsafePointer(to: &raw) { body($0) }
          }
        }
      }
    }
  }
}
