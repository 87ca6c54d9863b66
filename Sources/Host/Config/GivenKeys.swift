import Documents
import PluginHost

/// Values for the section of a join method that stand outside of it: in flags, and in a join URI.
struct GivenKeys {
  /// By key.
  private(set) var values: [String: Placed<String>] = [:]

  /// Takes the flags that belong to the chosen method and refuses the others.
  ///
  /// - Parameters:
  ///   - method: nil when none is chosen or it is not installed.
  ///   - chosen: its name, also when it is not installed.
  mutating func take(
    _ flags: [StartOptions.MethodFlag], of method: JoinMethodDeclaration?, chosen: String?,
    among methods: [JoinMethodDeclaration], report: inout ConfigReport
  ) {
    for flag in flags {
      guard let key = method?.config.first(where: { $0.flag == flag.name }) else {
        // A method that is not installed may well have the flag.
        if method != nil || chosen == nil {
          Self.refuse(flag.name, chosen: chosen, among: methods, report: &report)
        }
        continue
      }
      guard let value = flag.value else {
        report.refuse(
          .flag(flag.name), "\(flag.name) expects a value",
          hint: "write \(flag.name)=VALUE where the value begins with a dash")
        continue
      }
      let earlier = key.kind == .list ? values[key.key].map { $0.value + "," } : nil
      put((earlier ?? "") + value, .flag(flag.name), flag.name, for: key, report: &report)
    }
  }

  /// Takes the parameter of a join URI.
  mutating func take(
    _ parameter: Placed<String>, of method: JoinMethodDeclaration, report: inout ConfigReport
  ) {
    guard let key = method.config.first(where: \.isJoinURIParameter) else {
      report.refuse(
        parameter.place, "the join method \(method.name) takes no parameter in a join URI",
        hint: "write tbot+…://TOKEN@HOST:PORT")
      return
    }
    put(
      parameter.value, parameter.place, "the parameter of \(parameter.label)", for: key,
      report: &report)
  }

  /// The command line of a process is seen by everybody on the machine.
  private mutating func put(
    _ value: String, _ place: ConfigProblem.Place, _ label: String, for key: ConfigKey,
    report: inout ConfigReport
  ) {
    values[key.key] = Placed(value: value, place: place, label: label)
    guard key.isSecret, case .flag(let flag) = place else { return }
    var ways = key.file.map { ["a file named by `\($0)`"] } ?? []
    if let variable = key.environment { ways.append("the environment variable \(variable)") }
    report.warn(
      place, "\(flag) shows a secret to every user of this machine, in the list of processes",
      hint: "give it in \((ways + ["the configuration file"]).joined(separator: " or "))")
  }

  private static func refuse(
    _ flag: String, chosen: String?, among methods: [JoinMethodDeclaration],
    report: inout ConfigReport
  ) {
    let owners = methods.filter { $0.config.contains { $0.flag == flag } }.map(\.name).sorted()
    if let owner = owners.first {
      report.refuse(
        .flag(flag),
        "\(flag) belongs to the join method \(owners.joined(separator: ", "))"
          + (chosen.map { ", and \($0.excerpt) is chosen" } ?? ", and none is chosen"),
        hint: chosen == nil ? "add --join-method \(owner)" : "remove it")
      return
    }
    let known = (Flags.Specification.start + Flags.Specification.global).map(\.name)
    let near = KeySuggestion.nearest(
      to: flag, among: known + methods.flatMap { $0.config.compactMap(\.flag) })
    report.refuse(
      .flag(flag), "\(flag) is no flag of start",
      hint: near.map { "did you mean \($0)?" } ?? "`start --help` lists all flags")
  }
}
