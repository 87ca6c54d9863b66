import PluginABI

/// The plugin's handles. Touched on the instance's thread alone, which is why sharing is sound.
final class JoinMethodCore: @unchecked Sendable {
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

  func allowances(_ table: AllowanceTable) throws(PluginFailure) -> [Allowance] {
    guard session == nil else { throw misuse("held", "while a session is open") }
    return try table.held(method)
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
