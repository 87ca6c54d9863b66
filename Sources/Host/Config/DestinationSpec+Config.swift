import Documents
import PluginHost

extension DestinationSpec {
  /// Kinds of destinations that exist elsewhere and not here.
  private static let unserved = ["kubernetes_secret"]

  /// Reads a destination of the file: a path, or a map with a `type`. Nil with a problem reported.
  static func read(
    _ node: Node, section: String, report: inout ConfigReport
  ) -> Placed<DestinationSpec>? {
    func placed(_ spec: DestinationSpec) -> Placed<DestinationSpec> {
      Placed(value: spec, place: report.place(node.position), label: "`\(section)`")
    }
    if let path = node.string {
      guard !path.isEmpty else {
        report.refuse(node.position, "`\(section)` is empty", hint: "write the path of a directory")
        return nil
      }
      return placed(.directory(path: path, symlinks: .trySecure))
    }
    guard var fields = ConfigFields(node, section: section, report: &report) else { return nil }
    guard let type = fields.text("type", report: &report) else {
      report.refuse(
        fields.position, "`\(section)` has no `type`",
        hint: "add `type: directory` or `type: memory`")
      return nil
    }
    switch type.value {
    case "directory": return directory(&fields, report: &report).map(placed)
    case "memory":
      fields.refuseRest(&report, hints: ["path": "memory has no path; remove it"])
      return placed(.memory)
    case let type where unserved.contains(type):
      report.refuse(
        node.position,
        "`\(section)` asks for the destination \(type.excerpt), which this version lacks",
        hint: "use `type: directory`")
    default:
      let near = KeySuggestion.nearest(to: type.value, among: ["directory", "memory"])
      report.refuse(
        type.place,
        "`\(section).type` is \(type.value.excerpt), expected \"directory\" or \"memory\"",
        hint: near.map { "did you mean `\($0)`?" } ?? "")
    }
    return nil
  }

  private static func directory(
    _ fields: inout ConfigFields, report: inout ConfigReport
  ) -> DestinationSpec? {
    let path = fields.text("path", report: &report)
    let symlinks = fields.text("symlinks", report: &report)
    let acls = fields.text("acls", report: &report)
    let readers = fields.list("readers", report: &report)
    fields.refuseRest(&report)
    let values = SymlinkPolicy.allCases.map(\.rawValue)
    var mode = SymlinkPolicy.trySecure
    if let symlinks {
      guard let known = SymlinkPolicy(rawValue: symlinks.value) else {
        report.refuse(
          symlinks.place, "\(symlinks.label) is \(symlinks.value.excerpt)",
          hint: "write one of \(values.joined(separator: ", "))")
        return nil
      }
      mode = known
    }
    checkAccess(acls: acls, readers: readers, report: &report)
    guard let path else {
      report.refuse(
        fields.position, "`\(fields.section)` has no `path`",
        hint: "add the path of the directory, which is made when it is missing")
      return nil
    }
    return .directory(path: path.value, symlinks: mode)
  }

  /// Access lists are not set by this version: what depends on them is refused, as the readers would
  /// stand before closed files.
  private static func checkAccess(
    acls: Placed<String>?, readers: Placed<[Node]>?, report: inout ConfigReport
  ) {
    if let acls {
      switch acls.value {
      case "off", "try": break
      case "required":
        report.refuse(
          acls.place, "\(acls.label) is required, but this version sets no access lists",
          hint: "remove the key, and run the agent as the user who reads the files")
      default:
        report.refuse(
          acls.place, "\(acls.label) is \(acls.value.excerpt)",
          hint: "write one of off, try, required")
      }
    }
    if let readers, !readers.value.isEmpty {
      report.refuse(
        readers.place, "\(readers.label) names readers, but this version sets no access lists",
        hint: "remove the key, and run the agent as the user who reads the files")
    }
  }

  /// Reads the text of `--storage` or of a plugin command: a path, `file:///path` or `memory:`.
  ///
  /// - Throws: a problem that says which forms there are.
  init(text: String, place: ConfigProblem.Place) throws(ConfigProblem) {
    func refuse(_ message: String) -> ConfigProblem {
      ConfigProblem(place, message, hint: "write a path, file:///path or memory://")
    }
    guard !text.isEmpty else { throw refuse("the destination is empty") }
    guard let colon = text.firstIndex(of: ":"), !text[..<colon].contains("/") else {
      self = .directory(path: text, symlinks: .trySecure)
      return
    }
    let rest = text[text.index(after: colon)...]
    switch text[..<colon] {
    case "memory":
      guard rest.isEmpty || rest == "//" else { throw refuse("memory has neither host nor path") }
      self = .memory
    case "file":
      guard rest.hasPrefix("///") else { throw refuse("\(text.excerpt) names a host") }
      self = .directory(path: String(rest.dropFirst(2)), symlinks: .trySecure)
    default:
      throw refuse("the storage scheme of \(text.excerpt) is not recognised")
    }
  }
}

extension ConfigProblem: Error {}
