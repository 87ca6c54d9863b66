import PluginABI

/// A plugin's functions that say what it allows.
struct AllowanceTable: Sendable {
  private let table: tenon_cap_allowances
  private let pluginID: String

  /// The table, with the functions that belong to the plugin's other capabilities; nil for a plugin
  /// that does not offer it.
  init?(of plugin: LoadedPlugin) throws(PluginRefusal) {
    let manifest = plugin.manifest
    guard manifest.capabilities.contains(TENON_CAP_ALLOWANCES_ID) else { return nil }
    table = try plugin.capability(
      TENON_CAP_ALLOWANCES_ID, as: tenon_cap_allowances.self, zero: tenon_cap_allowances(),
      minimum: 24)
    pluginID = manifest.id
    guard table.held != nil || manifest.joinMethod == nil,
      table.granted != nil || manifest.joinVerifier == nil
    else {
      throw plugin.refusal("describe-slots", "leaves a function of \(TENON_CAP_ALLOWANCES_ID) out")
    }
  }

  /// On the thread of the instance, between joins.
  func held(_ method: OpaquePointer?) throws(PluginFailure) -> [Allowance] {
    guard let held = table.held else { return [] }
    return try read { held(method, $0, $1) }
  }

  /// On the thread of the instance.
  func granted(
    _ verifier: OpaquePointer?, _ spec: [UInt8], _ status: [UInt8]
  ) throws(PluginFailure) -> [Allowance] {
    guard let granted = table.granted else { return [] }
    return try read { sink, error in
      spec.lend { spec in status.lend { granted(verifier, spec, $0, sink, error) } }
    }
  }

  private func read(
    _ body: (tenon_sink, UnsafeMutablePointer<tenon_error>) -> Int32
  ) throws(PluginFailure) -> [Allowance] {
    let collector = Collector(limit: Int(TENON_ALLOWANCES_MAX_BYTES))
    var slot = ErrorSlot()
    let code = slot.fill { body(collector.sink, $0) }
    try collector.check("allowances", of: pluginID)
    guard code == TENON_OK else {
      throw PluginFailure(pluginID: pluginID, code: code, error: slot.raw)
    }
    guard let allowances = Allowance.all(collector.bytes) else {
      throw PluginFailure(
        pluginID: pluginID, code: .internalError, message: "it wrote allowances that make no sense",
        hint: PluginFailure.defectHint)
    }
    return allowances
  }
}
