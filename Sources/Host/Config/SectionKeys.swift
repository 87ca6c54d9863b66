import Documents
import PluginHost

/// What a section and the flags over it say for the keys of a manifest, before values are looked at.
struct SectionKeys {
  /// A value for one key.
  struct Written {
    enum Content {
      case node(Node)
      case text(String)
    }
    var content: Content
    var place: ConfigProblem.Place
    /// Where the key itself stands.
    var keyPlace: ConfigProblem.Place
    /// How messages call it.
    var label: String
  }

  /// By key.
  private(set) var written: [String: Written] = [:]
  /// Paths of files that hold values, by the key that names them.
  private var files: [String: Placed<String>] = [:]
  private var wrong: Set<String> = []

  /// Takes all declared keys out of the section.
  ///
  /// - Parameter given: values by key that count in place of those in the section.
  init(
    _ declared: [ConfigKey], fields: inout ConfigFields, given: [String: Placed<String>],
    report: inout ConfigReport
  ) {
    // A sibling that names a file need not be declared itself.
    for key in declared.compactMap(\.file) where !declared.contains(where: { $0.key == key }) {
      files[key] = fields.text(key, report: &report)
    }
    for key in declared {
      let value = Self.take(key, &fields, report: &report)
      if let flag = given[key.key] {
        if let value, !value.says(flag.value) {
          report.warn(
            value.place, "\(value.label) is overridden by \(flag.label)",
            hint: "remove one of the two, so that they cannot contradict each other")
        }
        written[key.key] = Written(
          content: .text(flag.value), place: flag.place, keyPlace: flag.place, label: flag.label)
      } else {
        written[key.key] = value
      }
      guard declared.contains(where: { $0.file == key.key }), let value = written[key.key] else {
        continue
      }
      // A value of another kind is reported where the key itself is resolved.
      guard let path = value.text else {
        wrong.insert(key.key)
        continue
      }
      files[key.key] = Placed(value: path, place: value.place, label: value.label)
    }
  }

  /// The file that holds the value of a key.
  func file(of key: ConfigKey) -> Placed<String>? { key.file.flatMap { files[$0] } }

  /// Whether the key's file is named by a value that is no path.
  func isWrong(_ key: ConfigKey) -> Bool { key.file.map(wrong.contains) ?? false }

  /// The key's member, under either of its names. An empty text counts as absent, as in files made from
  /// templates.
  private static func take(
    _ key: ConfigKey, _ fields: inout ConfigFields, report: inout ConfigReport
  ) -> Written? {
    let members = [key.key, key.alias].compactMap(\.self).compactMap { name in
      fields.take(name, replacement: key.key).flatMap { $0.value.string == "" ? nil : $0 }
    }
    if members.count > 1 {
      report.refuse(
        members[1].keyPosition,
        "\(fields.label(members[1].key)) is another name of \(fields.label(members[0].key)), "
          + "and both are set",
        hint: "remove one of the two")
    }
    return members.first.map { member in
      Written(
        content: .node(member.value), place: report.place(member.value.position),
        keyPlace: report.place(member.keyPosition), label: fields.label(member.key))
    }
  }
}

extension SectionKeys.Written {
  /// The value where it is text that is not empty.
  var text: String? {
    switch content {
    case .node(let node): node.string.flatMap { $0.isEmpty ? nil : $0 }
    case .text(let text): text
    }
  }

  /// Whether the value is written just like that.
  func says(_ other: String) -> Bool {
    switch content {
    case .node(let node): node.textOrNumber == other || node.bool.map { "\($0)" } == other
    case .text(let text): text == other
    }
  }
}
