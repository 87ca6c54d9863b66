import PluginABI

/// The plugin's handle. Touched on the instance's thread alone, which is why sharing is sound.
final class SelfTestCore: @unchecked Sendable {
  /// What a check says of itself, before its time is known.
  struct Finding: Sendable {
    var outcome: SelfTestAnswer.Outcome
    var sentence: String
    var remedy: String
  }

  private let table: tenon_cap_self_test
  private let host: HostTable
  private let pluginID: String
  private var test: OpaquePointer?

  init(table: tenon_cap_self_test, host: HostTable, pluginID: String) {
    self.table = table
    self.host = host
    self.pluginID = pluginID
  }

  func create() throws(PluginFailure) {
    var slot = ErrorSlot()
    let status = slot.fill { table.create(host.host, &test, $0) }
    guard status == TENON_OK else {
      throw PluginFailure(pluginID: pluginID, code: status, error: slot.raw)
    }
    guard test != nil else {
      throw PluginFailure(
        pluginID: pluginID, code: .internalError,
        message: "created no instance and gave no reason", hint: PluginFailure.defectHint)
    }
  }

  /// Asks one check. Whatever comes back is an answer; a broken contract is a failed one.
  func ask(_ index: Int, _ task: CallTask) -> Finding {
    let (sentence, remedy) = (Self.collector, Self.collector)
    var result = tenon_check_result(
      struct_size: UInt32(MemoryLayout<tenon_check_result>.size), outcome: 0,
      sentence: sentence.sink, remedy: remedy.sink)
    var slot = ErrorSlot()
    let status = slot.fill { error in
      task.lend { table.run(test, UInt32(index), $0, &result, error) }
    }
    if sentence.overflowed || remedy.overflowed {
      return defect("it wrote a text of more than \(TENON_CHECK_TEXT_BYTES) bytes")
    }
    guard status == TENON_OK else {
      let failure = PluginFailure(pluginID: pluginID, code: status, error: slot.raw)
      return finding(.failed, failure.message, failure.hint)
    }
    guard let outcome = SelfTestAnswer.Outcome(rawValue: result.outcome) else {
      return defect("it gave no outcome that is known: \(result.outcome)")
    }
    guard !sentence.bytes.isEmpty else { return defect("it gave no reason for its answer") }
    return finding(
      outcome, String(decoding: sentence.bytes, as: UTF8.self),
      outcome == .failed || outcome == .warning
        ? String(decoding: remedy.bytes, as: UTF8.self) : "")
  }

  func destroy() {
    guard let created = test else { return }
    test = nil
    table.destroy(created)
  }

  private static var collector: Collector { Collector(limit: Int(TENON_CHECK_TEXT_BYTES)) }

  private func defect(_ sentence: String) -> Finding {
    Finding(outcome: .failed, sentence: sentence, remedy: PluginFailure.defectHint)
  }

  private func finding(
    _ outcome: SelfTestAnswer.Outcome, _ sentence: String, _ remedy: String
  ) -> Finding {
    let limit = Int(TENON_CHECK_TEXT_BYTES)
    return Finding(
      outcome: outcome, sentence: host.context.clean(sentence, limit: limit),
      remedy: host.context.clean(remedy, limit: limit))
  }
}
