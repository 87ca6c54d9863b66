import PluginABI

/// A plugin's table of checks, complete and read once.
struct SelfTestTable {
  let raw: tenon_cap_self_test
  let checks: [SelfTestCheck]

  /// Larger entries are of no host to come.
  private static let entryMaxBytes = 4096
  private static let questionMaxBytes = 128

  init(of plugin: LoadedPlugin) throws(PluginRefusal) {
    raw = try plugin.capability(
      TENON_CAP_SELF_TEST_ID, as: tenon_cap_self_test.self, zero: tenon_cap_self_test(),
      minimum: 40)
    guard raw.create != nil, raw.destroy != nil, raw.run != nil else {
      throw plugin.refusal("describe-slots", "leaves a function of \(TENON_CAP_SELF_TEST_ID) out")
    }
    checks = try Self.checks(raw, of: plugin)
  }

  private static func checks(
    _ raw: tenon_cap_self_test, of plugin: LoadedPlugin
  ) throws(PluginRefusal) -> [SelfTestCheck] {
    func refuse(_ reason: String) -> PluginRefusal { plugin.refusal("describe-checks", reason) }
    guard (1...TENON_SELF_TEST_MAX_CHECKS).contains(raw.check_count), let first = raw.checks else {
      throw refuse(
        "has a table of \(raw.check_count) checks, 1 to \(TENON_SELF_TEST_MAX_CHECKS) are allowed")
    }
    // Entries of a later host's plugin may be larger: their size is the distance between them.
    let size = Int(first.pointee.struct_size)
    guard size >= MemoryLayout<tenon_check>.size, size <= entryMaxBytes,
      size.isMultiple(of: MemoryLayout<tenon_check>.alignment)
    else { throw refuse("has checks of \(size) bytes each, 24 are needed") }
    var checks: [SelfTestCheck] = []
    for index in 0..<Int(raw.check_count) {
      let entry = UnsafeRawPointer(first).load(fromByteOffset: index * size, as: tenon_check.self)
      guard Int(entry.struct_size) == size else {
        throw refuse("has checks of different sizes: \(size) and \(entry.struct_size) bytes")
      }
      guard let name = entry.name, let question = entry.question else {
        throw refuse("has a check without a name or a question")
      }
      let check = SelfTestCheck(name: String(cString: name), question: String(cString: question))
      guard isName(check.name), !checks.contains(where: { $0.name == check.name }) else {
        throw refuse("has a check with an illegal or repeated name")
      }
      guard (1...questionMaxBytes).contains(check.question.utf8.count),
        check.question.unicodeScalars.allSatisfy({ $0.value >= 32 && $0.value != 127 })
      else {
        throw refuse("has a check \(check.name) whose question is not one line of text")
      }
      checks.append(check)
    }
    return checks
  }

  /// `[a-z][a-z0-9-]{0,31}`
  private static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, (0x61...0x7A).contains(first) else { return false }
    return text.utf8.count <= 32
      && text.utf8.allSatisfy {
        (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D
      }
  }
}
