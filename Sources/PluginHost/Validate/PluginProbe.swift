import Glibc
import PluginABI

/// The `open-*`, `describe-*` and `instance-*` checks. They run a plugin's code, so they run in a child.
struct PluginProbe {
  /// All checks, in the order in which they are asked.
  static let checks = [
    "open-load", "open-refused", "open-again", "open-sizes", "open-major",
    "open-traces", "describe-manifest", "describe-slots", "describe-size", "describe-capability",
    "describe-checks", "describe-unknown", "describe-commands", "instance-create",
  ]

  let entry: CatalogEntry
  let report: (ProbeReport) -> Void

  func run() {
    let before = ProcessState.now()
    guard
      let function = attempt(
        "open-load",
        { () throws(PluginRefusal) in
          try LoadedPlugin.entryPoint(of: entry)
        })
    else { return }
    pass("open-load", "loads with every symbol it needs")
    guard
      let module = attempt(
        "open-refused",
        { () throws(PluginRefusal) in
          try LoadedPlugin.open(entry, with: function)
        })
    else { return }
    pass("open-refused", "opens for this host")
    openAgain(function, module)
    openWithLargerArguments(function, module)
    openForAnotherMajor(function)
    let changes = ProcessState.now().changes(since: before)
    settle(
      "open-traces", "leaves the process as it was",
      or: changes.isEmpty ? nil : "leaves behind \(changes.joined(separator: ", "))",
      "do nothing in tenon_module_open and in constructors")
    guard
      let plugin = attempt(
        "describe-manifest",
        { () throws(PluginRefusal) in
          try LoadedPlugin(entry)
        })
    else { return }
    pass("describe-manifest", "says the same in its manifest and in its module")
    CapabilityProbe(plugin: plugin, probe: self).run()
  }

  func began(_ check: String) { report(.began(check)) }

  func pass(_ check: String, _ sentence: String) {
    report(.row(ValidationRow(check: check, outcome: .passed, sentence: sentence)))
  }

  func settle(_ check: String, _ good: String, or problem: String?, _ remedy: String) {
    guard let problem else { return pass(check, good) }
    report(
      .row(ValidationRow(check: check, outcome: .failed, sentence: problem, remedy: remedy)))
  }

  func fail(_ refusal: PluginRefusal) {
    settle(refusal.check, "", or: refusal.reason, refusal.remedy)
  }

  /// Runs a step that may find another check failed than the one it is about.
  func attempt<Result>(
    _ check: String, _ body: () throws(PluginRefusal) -> Result
  ) -> Result? {
    began(check)
    do throws(PluginRefusal) {
      return try body()
    } catch {
      fail(error)
      return nil
    }
  }

  private func openAgain(
    _ function: tenon_module_open_function, _ module: UnsafePointer<tenon_module>
  ) {
    began("open-again")
    let again = try? LoadedPlugin.open(entry, with: function)
    settle(
      "open-again", "gives the same module each time",
      or: again == module ? nil : "gives another module when it is opened again",
      "return a pointer to one static module")
  }

  private func openWithLargerArguments(
    _ function: tenon_module_open_function, _ module: UnsafePointer<tenon_module>
  ) {
    began("open-sizes")
    var words: [UInt32] = [32, TENON_ABI_MAJOR, TENON_ABI_MINOR, 0, .max, .max, .max, .max]
    var error = ErrorSlot()
    let again = words.withUnsafeMutableBytes { bytes in
      error.fill { error in
        bytes.withMemoryRebound(to: tenon_open_args.self) { function($0.baseAddress, error) }
      }
    }
    settle(
      "open-sizes", "accepts arguments of a later host",
      or: again == UnsafePointer(module)
        ? nil : "does not open for arguments with members it does not know",
      "read the members it knows, whatever struct_size says beyond them")
  }

  private func openForAnotherMajor(_ function: tenon_module_open_function) {
    began("open-major")
    var arguments = tenon_open_args(
      struct_size: UInt32(MemoryLayout<tenon_open_args>.size), abi_major: TENON_ABI_MAJOR + 1,
      abi_minor: 0, flags: 0)
    var error = ErrorSlot()
    let module = error.fill { function(&arguments, $0) }
    let problem: String? =
      module != nil
      ? "opens for a host of another major version"
      : error.text == nil ? "refuses another major version without a reason" : nil
    settle(
      "open-major", "refuses a host of another major version and says why", or: problem,
      "compare abi_major, fill the error and return null")
  }
}
