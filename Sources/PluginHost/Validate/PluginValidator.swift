import CLinux
import Glibc

/// Asks a plugin file everything the host would, and what its author should know besides.
///
/// The file is judged in this process. Its code runs in a child: a crash or a hang there is an answer.
public struct PluginValidator: Sendable {
  private let policy: LoadPolicy
  private let child: [String]
  private let deadline: Duration

  /// - Parameters:
  ///   - child: program and arguments that lead to ``runChild(_:)``; the path of the file is added.
  ///   - deadline: how long the child may take in all.
  public init(
    policy: LoadPolicy, child: [String] = ["/proc/self/exe", "plugin", "validate-open"],
    deadline: Duration = .seconds(30)
  ) {
    self.policy = policy
    self.child = child
    self.deadline = deadline
  }

  /// Every row, those of failed checks among them.
  ///
  /// - Parameter path: absolute path of a shared object.
  public func validate(_ path: String) -> [ValidationRow] {
    var list = CheckList(path: path)
    let entry = CatalogEntry.examine(path: path, policy: policy, &list)
    if entry == nil || list.refusal != nil {
      list.skip(PluginProbe.checks, "not asked, because the host would not open the file")
      return list.rows
    }
    return list.rows + probe(path)
  }

  private func probe(_ path: String) -> [ValidationRow] {
    let (output, end) = ProbeProcess.run(child + [path], deadline: deadline)
    var rows: [ValidationRow] = []
    var underway = PluginProbe.checks[0]
    var isDone = false
    for line in output.split(separator: 0x0A) {
      switch ProbeReport(Array(line)) {
      case .began(let check): underway = check
      case .row(let row): if !rows.contains(where: { $0.check == row.check }) { rows.append(row) }
      case .done: isDone = true
      case nil: break
      }
    }
    if !isDone || end != .exited(0) {
      rows.removeAll { $0.check == underway }
      rows.append(
        ValidationRow(
          check: underway, outcome: .failed, sentence: sentence(end),
          remedy: "run the plugin in a debugger; the check is described in docs/abi/validate.md"))
    }
    let missing = PluginProbe.checks.filter { check in !rows.contains { $0.check == check } }
    if rows.contains(where: { $0.outcome == .failed }) {
      rows += missing.map {
        ValidationRow(
          check: $0, outcome: .skipped, sentence: "not asked, because of the failure before")
      }
    }
    return PluginProbe.checks.flatMap { check in rows.filter { $0.check == check } }
  }

  private func sentence(_ end: ProbeProcess.End) -> String {
    switch end {
    case .exited(let code): "ended the process with exit code \(code)"
    case .signalled(let signal): "crashed with \(Self.name(ofSignal: signal))"
    case .stuck: "did not return within \(deadline)"
    case .notStarted(let code):
      "could not be asked: \(child[0]) does not start: \(String(cString: strerror(code)))"
    }
  }

  private static func name(ofSignal signal: Int32) -> String {
    let names: [Int32: String] = [
      SIGILL: "SIGILL", SIGTRAP: "SIGTRAP", SIGABRT: "SIGABRT", SIGBUS: "SIGBUS",
      SIGFPE: "SIGFPE", SIGKILL: "SIGKILL", SIGSEGV: "SIGSEGV", SIGSYS: "SIGSYS",
    ]
    return names[signal] ?? "signal \(signal)"
  }

  /// The child's half: opens the file and reports to the descriptor its parent gave it.
  ///
  /// - Parameter arguments: the absolute path of the file.
  /// - Returns: the exit code: 0 when everything was asked.
  public static func runChild(_ arguments: [String]) -> Int32 {
    guard arguments.count == 1, fcntl(ProbeProcess.reportDescriptor, F_GETFD) >= 0 else { return 2 }
    var noCore = rlimit(rlim_cur: 0, rlim_max: 0)
    setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &noCore)
    tenon_die_with_parent()
    // The parent is to see the signal itself, not what a backtracer or a sanitizer makes of it.
    for number in [SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGSYS] {
      signal(number, SIG_DFL)
    }
    guard
      let entry = try? CatalogEntry(path: arguments[0], policy: LoadPolicy(user: geteuid()))
    else { return 2 }
    let probe = PluginProbe(entry: entry) { report in
      let line = report.line
      var sent = 0
      while sent < line.count {
        let count = line.withUnsafeBytes { bytes in
          write(
            ProbeProcess.reportDescriptor, bytes.baseAddress.map { $0 + sent }, line.count - sent)
        }
        guard count > 0 else { return }
        sent += count
      }
    }
    probe.run()
    probe.report(.done)
    return 0
  }
}
