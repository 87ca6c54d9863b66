import Documents

/// One line a probing child writes to its parent.
enum ProbeReport: Equatable {
  /// A check is about to run foreign code.
  case began(String)
  case row(ValidationRow)
  /// Everything was asked.
  case done

  var line: [UInt8] {
    let node: Node =
      switch self {
      case .began(let check): .object([("began", .text(check))])
      case .done: .object([("done", .flag(true))])
      case .row(let row):
        .object([
          ("check", .text(row.check)), ("outcome", .text(row.outcome.rawValue)),
          ("sentence", .text(row.sentence)), ("remedy", .text(row.remedy)),
        ])
      }
    return JSON.serialize(node) + [0x0A]
  }

  /// Reads a line. The child has run foreign code, so anything may stand in it.
  init?(_ line: [UInt8]) {
    guard let node = try? JSON.parse(line) else { return nil }
    if let check = node["began"]?.string, PluginProbe.checks.contains(check) {
      self = .began(check)
    } else if node["done"]?.bool == true {
      self = .done
    } else if let check = node["check"]?.string, PluginProbe.checks.contains(check),
      let outcome = node["outcome"]?.string.flatMap(ValidationRow.Outcome.init),
      let sentence = node["sentence"]?.string, let remedy = node["remedy"]?.string
    {
      self = .row(
        ValidationRow(
          check: check, outcome: outcome, sentence: Self.clean(sentence),
          remedy: Self.clean(remedy)))
    } else {
      return nil
    }
  }

  private static func clean(_ text: String) -> String {
    String(
      text.unicodeScalars.prefix(1024).map {
        $0.value < 32 || $0.value == 127 ? " " : Character($0)
      })
  }
}
