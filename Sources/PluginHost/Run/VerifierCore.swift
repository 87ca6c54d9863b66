import PluginABI

/// The handles of a verifier. Touched on the instance's thread alone, which is why sharing is sound.
final class VerifierCore: @unchecked Sendable {
  private let table: tenon_cap_join_verifier
  private let host: HostTable
  private let pluginID: String
  private var verifier: OpaquePointer?
  private var sessions: [UInt: OpaquePointer] = [:]
  private var nextSession: UInt = 1

  static let messageLimit = Int(TENON_JOIN_MESSAGE_MAX_BYTES)

  init(table: tenon_cap_join_verifier, host: HostTable, pluginID: String) {
    self.table = table
    self.host = host
    self.pluginID = pluginID
  }

  func create() throws(PluginFailure) {
    try check { self.table.create(self.host.host, &self.verifier, $0) }
    guard verifier != nil else { throw defect("created no instance and gave no reason") }
  }

  func destroy() {
    for handle in sessions.values { table.abort(handle) }
    sessions = [:]
    guard let created = verifier else { return }
    verifier = nil
    table.destroy(created)
  }

  func admit(_ spec: [UInt8], _ status: [UInt8]) throws(PluginFailure) -> AdmitOutcome {
    let notes = NoteBasket()
    let collector = Collector(limit: Self.messageLimit)
    let sink = tenon_admit_notes(ctx: Unmanaged.passUnretained(notes).toOpaque()) { context, note in
      guard let context else { return }
      let basket = Unmanaged<NoteBasket>.fromOpaque(context).takeUnretainedValue()
      guard basket.notes.count < 64 else { return }
      basket.notes.append(AdmitNote(path: String(note.path), message: String(note.message)))
    }
    do throws(PluginFailure) {
      try check { error in
        spec.lend { spec in
          status.lend {
            self.table.admit(self.verifier, spec, $0, sink, collector.sink, error)
          }
        }
      }
    } catch {
      try collector.check("a status", of: pluginID)
      guard error.code == .invalidConfig else { throw error }
      return .rejected(
        notes.notes.isEmpty ? [AdmitNote(path: "", message: error.message)] : notes.notes)
    }
    try collector.check("a status", of: pluginID)
    return .admitted(collector.bytes)
  }

  func allowances(
    _ table: AllowanceTable, _ spec: [UInt8], _ status: [UInt8]
  ) throws(PluginFailure) -> [Allowance] { try table.granted(verifier, spec, status) }

  func confirmed(
    _ spec: [UInt8], _ status: [UInt8], _ instanceID: String
  ) throws(PluginFailure) -> [UInt8] {
    guard let confirmed = table.confirmed else { return status }
    let collector = Collector(limit: Self.messageLimit)
    do throws(PluginFailure) {
      try check { error in
        spec.lend { spec in
          status.lend { status in
            instanceID.lend { confirmed(self.verifier, spec, status, $0, collector.sink, error) }
          }
        }
      }
    } catch {
      try collector.check("a status", of: pluginID)
      throw error
    }
    try collector.check("a status", of: pluginID)
    return collector.bytes
  }

  func begin(_ parameters: VerifyParameters) throws(PluginFailure) -> (UInt, VerifyAction) {
    var session: OpaquePointer?
    let action = try act { action, error in
      parameters.lend { self.table.begin(self.verifier, $0, &session, action, error) }
    } onFailure: { hasSession in
      // A begin that failed has opened nothing, whatever it left in the variable.
      if hasSession, let session { self.table.abort(session) }
    }
    guard let session else { throw defect("opened no session and gave no reason") }
    let handle = nextSession
    nextSession += 1
    sessions[handle] = session
    return (handle, action)
  }

  func step(
    _ handle: UInt, _ field: UInt32, _ message: [UInt8]
  ) throws(PluginFailure) -> VerifyAction {
    let session = try session(handle)
    return try act { action, error in
      message.lend { self.table.step(session, field, $0, action, error) }
    }
  }

  func gaveUp(
    _ handle: UInt, _ reason: UInt32, _ text: String
  ) throws(PluginFailure) -> VerifyAction {
    let session = try session(handle)
    return try act { action, error in
      text.lend { self.table.gave_up(session, reason, $0, action, error) }
    }
  }

  func conclude(
    _ handle: UInt, _ instanceID: String
  ) throws(PluginFailure) -> (status: [UInt8], result: [UInt8]) {
    let session = try session(handle)
    sessions[handle] = nil
    let status = Collector(limit: Self.messageLimit)
    let result = Collector(limit: Self.messageLimit)
    var slot = ErrorSlot()
    let code = slot.fill { error in
      instanceID.lend { self.table.conclude(session, $0, status.sink, result.sink, error) }
    }
    try status.check("a status", of: pluginID)
    try result.check("a result", of: pluginID)
    guard code == TENON_OK else {
      throw PluginFailure(pluginID: pluginID, code: code, error: slot.raw)
    }
    return (status.bytes, result.bytes)
  }

  func abort(_ handle: UInt) {
    guard let session = sessions.removeValue(forKey: handle) else { return }
    table.abort(session)
  }

  private func session(_ handle: UInt) throws(PluginFailure) -> OpaquePointer {
    guard let session = sessions[handle] else {
      throw PluginFailure(
        pluginID: pluginID, code: .internalError, message: "the host used a session that has ended",
        hint: "this is a defect of the host, report it")
    }
    return session
  }

  private func act(
    _ body: (UnsafeMutablePointer<tenon_verify_action>, UnsafeMutablePointer<tenon_error>) -> Int32,
    onFailure: (_ hasSession: Bool) -> Void = { _ in }
  ) throws(PluginFailure) -> VerifyAction {
    let message = Collector(limit: Self.messageLimit)
    let audit = Collector(limit: 4096)
    let attributes = Collector(limit: Self.messageLimit)
    let previous = Collector(limit: 256)
    let replaced = Collector(limit: 256)
    let events = EventBasket()
    var raw = tenon_verify_action()
    raw.struct_size = UInt32(MemoryLayout<tenon_verify_action>.size)
    raw.message = message.sink
    raw.audit = audit.sink
    raw.attributes = attributes.sink
    raw.previous_instance = previous.sink
    raw.replaced_instance = replaced.sink
    raw.events = tenon_sink(ctx: Unmanaged.passUnretained(events).toOpaque()) {
      context, bytes, count in
      guard let context, (0...4096).contains(count), count == 0 || bytes != nil else {
        return TENON_INVALID_ARGUMENT
      }
      let basket = Unmanaged<EventBasket>.fromOpaque(context).takeUnretainedValue()
      guard basket.events.count < 16 else { return TENON_INVALID_ARGUMENT }
      basket.events.append(Array(UnsafeBufferPointer(start: bytes, count: count)))
      return TENON_OK
    }
    var slot = ErrorSlot()
    let status = slot.fill { body(&raw, $0) }
    do throws(PluginFailure) {
      try message.check("a message", of: pluginID)
      try audit.check("an audit text", of: pluginID)
      try attributes.check("attributes", of: pluginID)
      try previous.check("an instance id", of: pluginID)
      try replaced.check("an instance id", of: pluginID)
      guard status == TENON_OK else {
        throw PluginFailure(pluginID: pluginID, code: status, error: slot.raw)
      }
      return VerifyAction(
        kind: try kind(raw, message, audit) {
          Acceptance(
            newInstance: raw.flags & TENON_ACCEPT_NEW_INSTANCE != 0,
            previousInstance: String(decoding: previous.bytes, as: UTF8.self),
            replacedInstance: String(decoding: replaced.bytes, as: UTF8.self),
            attributes: attributes.bytes)
        }, events: events.events)
    } catch {
      onFailure(status == TENON_OK)
      throw error
    }
  }

  private func kind(
    _ raw: tenon_verify_action, _ message: Collector, _ audit: Collector,
    _ acceptance: () -> Acceptance
  ) throws(PluginFailure) -> VerifyAction.Kind {
    switch raw.kind {
    case TENON_VERIFY_CHALLENGE:
      guard raw.field > 0, raw.field < 1 << 29 else {
        throw defect("challenged with field \(raw.field)")
      }
      return .challenge(field: raw.field, message: message.bytes)
    case TENON_VERIFY_ACCEPT: return .accept(acceptance())
    case TENON_VERIFY_REFUSE:
      let text = String(decoding: message.bytes, as: UTF8.self)
      guard !text.isEmpty else { throw defect("refused without a reason") }
      let reason: VerifyRefusal.Class =
        switch raw.code {
        case TENON_REFUSED: .accessDenied
        case TENON_INVALID_ARGUMENT: .badParameter
        default: .unknown
        }
      return .refuse(
        VerifyRefusal(
          reason: reason, message: text,
          audit: audit.bytes.isEmpty ? text : String(decoding: audit.bytes, as: UTF8.self),
          locksToken: raw.flags & TENON_REFUSE_LOCK_TOKEN != 0))
    default:
      throw defect("gave an action of kind \(raw.kind)")
    }
  }

  private func check(
    _ body: (UnsafeMutablePointer<tenon_error>) -> Int32
  ) throws(PluginFailure) {
    var slot = ErrorSlot()
    let status = slot.fill(body)
    guard status == TENON_OK else {
      throw PluginFailure(pluginID: pluginID, code: status, error: slot.raw)
    }
  }

  private func defect(_ message: String) -> PluginFailure {
    PluginFailure(
      pluginID: pluginID, code: .internalError, message: message,
      hint: PluginFailure.defectHint)
  }
}

private final class NoteBasket {
  var notes: [AdmitNote] = []
}

private final class EventBasket {
  var events: [[UInt8]] = []
}
