import Daemon
import Documents
import Glibc
import PluginHost
import Synchronization

/// `doctor`: what stands in the way of an agent on this machine.
struct DoctorCommand: Sendable {
  static let summary = "ask what an agent needs, and change nothing"

  let program: String
  let console: Console

  private static let table =
    [
      Flags.Specification(
        name: "--format", placeholder: "text|json", help: "how the answer is written (default text)"
      )
    ] + Flags.Specification.global

  /// - Parameters:
  ///   - global: flags before the command.
  ///   - words: what follows `doctor`.
  /// - Returns: 0 when nothing failed, else 1.
  func run(_ global: Flags, _ words: [String]) async -> Int32 {
    let flags: Flags
    do throws(Flags.Mistakes) {
      flags = global.overlaid(
        by: try Flags(words, Self.table, environment: { _ in nil }))
    } catch {
      return fail(error.problems)
    }
    if flags.toggle("--help") == true {
      console.print(
        "usage: \(program) doctor [-c FILE] [flags]\n\n\(Self.summary)\n\nFlags:\n"
          + Flags.usage(Self.table))
      return 0
    }
    var problems: [String] = []
    if let extra = flags.rest.first { problems.append("unexpected argument \(extra.excerpt)") }
    guard let format = PluginCommandLine.Format(rawValue: flags.text("--format") ?? "text") else {
      return fail(problems + ["--format expects text or json"])
    }
    if flags.text("--config") == nil, flags.text("--config-string") != nil {
      problems.append("doctor reads a file; name it with -c")
    }
    guard problems.isEmpty else { return fail(problems) }
    return await examine(flags, format)
  }

  private func fail(_ problems: [String]) -> Int32 {
    console.fail(problems.joined(separator: "; ") + "; try: \(program) doctor --help")
  }

  private func examine(_ flags: Flags, _ format: PluginCommandLine.Format) async -> Int32 {
    let rows = Mutex<[DoctorRow]>([])
    let doctor = Doctor(
      clock: SystemClock(),
      log: LineLog(format: .text, isVerbose: flags.toggle("--debug") ?? false)
    ) { row in
      rows.withLock { $0.append(row) }
      if format == .text { console.print(row.text(nameWidth: Self.nameWidth)) }
    }
    if let file = flags.text("--config") {
      await examine(file, flags, doctor)
    } else {
      await doctor.examine(PluginCatalog.named(by: flags))
    }
    return conclude(rows.withLock { $0 }, format)
  }

  private static let nameWidth = 40

  private func examine(_ file: String, _ flags: Flags, _ doctor: Doctor) async {
    var catalog: PluginCatalog?
    let reader = ConfigReader(
      options: StartOptions(
        insecure: flags.toggle("--insecure"), fips: flags.toggle("--fips"),
        pluginDirectory: flags.text("--plugin-dir").map { Program.absolute($0) })
    ) { policy in
      let opened = PluginCatalog.installed(policy)
      catalog = opened
      return opened
    }
    do throws(ConfigRefusal) {
      let configuration = try reader.read(file: file)
      doctor.tell(DoctorRow("configuration", .passed, "\(file) is in order"))
      if let catalog { await doctor.examine(configuration, catalog) }
    } catch {
      doctor.report(error, catalog)
    }
  }

  private func conclude(_ rows: [DoctorRow], _ format: PluginCommandLine.Format) -> Int32 {
    func count(_ outcome: DoctorRow.Outcome) -> Int { rows.count { $0.outcome == outcome } }
    let (passed, warnings) = (count(.passed), count(.warning))
    let (failed, skipped) = (count(.failed), count(.skipped))
    switch format {
    case .text:
      console.print(
        "\(rows.count) checks: \(passed) passed, \(warnings) warnings, \(failed) failed, "
          + "\(skipped) skipped\n")
    case .json:
      let document = Node.object([
        ("checks", .array(rows.map(\.document))), ("passed", .integer(Int64(passed))),
        ("warnings", .integer(Int64(warnings))), ("failed", .integer(Int64(failed))),
        ("skipped", .integer(Int64(skipped))),
      ])
      console.print(String(decoding: JSON.serialize(document, pretty: true), as: UTF8.self) + "\n")
    }
    return failed == 0 ? 0 : 1
  }
}
