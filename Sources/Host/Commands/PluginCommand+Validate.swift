import Daemon
import Documents
import PluginHost

extension PluginCommand {
  func validate(_ line: PluginCommandLine) -> Int32 {
    let path = Program.absolute(line.file ?? "")
    let rows = PluginValidator(policy: policy, child: child).validate(path)
    func count(_ outcome: ValidationRow.Outcome) -> Int {
      rows.count { $0.outcome == outcome }
    }
    let (passed, failed, skipped) = (count(.passed), count(.failed), count(.skipped))
    switch line.format {
    case .text:
      let width = rows.map(\.check.count).max() ?? 0
      for row in rows {
        let advice = row.remedy.isEmpty ? "" : "; \(row.remedy)"
        let outcome = row.outcome == .failed ? "FAILED " : row.outcome.rawValue.padded(to: 7)
        out(
          "\(outcome)  \(row.check.padded(to: width))  \((row.sentence + advice).printable)\n")
      }
      out("\(rows.count) checks: \(passed) passed, \(failed) failed, \(skipped) skipped\n")
    case .json:
      let node = Node.object([
        ("file", .text(path)),
        (
          "checks",
          .array(
            rows.map { row in
              .object([
                ("check", .text(row.check)), ("outcome", .text(row.outcome.rawValue)),
                ("sentence", .text(row.sentence)), ("remedy", .text(row.remedy)),
              ])
            })
        ),
        ("passed", .integer(Int64(passed))), ("failed", .integer(Int64(failed))),
        ("skipped", .integer(Int64(skipped))),
      ])
      out(String(decoding: JSON.serialize(node, pretty: true), as: UTF8.self) + "\n")
    }
    return failed == 0 ? 0 : 1
  }
}
