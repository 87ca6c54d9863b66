import Documents
import PluginHost
import Wire
import YAML

/// The documents of one applied file, each checked against its schema.
struct ResourceFile {
  /// One checked document.
  struct Entry {
    var kind: ResourceKind
    var name: String
    /// When the resource ends, seconds since the epoch.
    var expires: Int64?
    var node: Node
    var content: Content

    var key: String { kind.prefix + name }
  }

  enum Content {
    case bot(BotResource)
    case token(TokenResource)
    case role
    case lock
  }

  private(set) var entries: [Entry] = []
  private(set) var reader = FieldReader()

  /// - Throws: `badParameter` for bytes that are no YAML and for a file without a document.
  init(_ yaml: [UInt8]) throws(RPCError) {
    let documents: [Node]
    do {
      documents = try YAML.parse(yaml).filter { !$0.isNull }
    } catch {
      throw RPCError(
        .badParameter,
        "line \(error.position.line), column \(error.position.column): \(error.message)")
    }
    guard !documents.isEmpty else {
      throw RPCError(.badParameter, "no resources found, empty input?")
    }
    for document in documents {
      if let entry = read(document) { add(entry) }
    }
  }

  private mutating func add(_ entry: Entry) {
    if !entry.name.isEmpty, entries.contains(where: { $0.key == entry.key }) {
      reader.note(
        entry.node.position,
        "\(entry.kind.rawValue) \(entry.name.excerpt) appears twice in the file; keep one")
    }
    entries.append(entry)
  }

  private mutating func read(_ document: Node) -> Entry? {
    reader.check(
      document, "", known: ["kind", "sub_kind", "version", "metadata", "spec", "status"])
    guard document.members != nil else { return nil }
    let word = reader.text(document, "kind", "", required: true)
    guard !word.isEmpty else { return nil }
    guard let kind = ResourceKind(rawValue: word), ResourceKind.applicable.contains(kind) else {
      let names = ResourceKind.applicable.map(\.rawValue)
      reader.note(
        document["kind"]?.position ?? document.position,
        "kind \(word.excerpt) cannot be created; "
          + (KeySuggestion.nearest(to: word, among: names).map { "did you mean \($0)?" }
            ?? "there are \(names.joined(separator: ", "))"))
      return nil
    }
    let version = reader.text(document, "version", "", required: true)
    if !version.isEmpty, !kind.versions.contains(version) {
      reader.note(
        document["version"]?.position ?? document.position,
        "version \(version.excerpt) of \(word) is not known; use \(kind.versions.last ?? "")")
    }
    switch kind {
    case .bot:
      let bot = BotResource(document, &reader)
      return Entry(
        kind: kind, name: bot.name, expires: bot.expires,
        node: BotResource.completed(document, name: bot.name),
        content: .bot(bot))
    case .token:
      let token = TokenResource(document, &reader)
      return Entry(
        kind: kind, name: token.name, expires: token.expires, node: document, content: .token(token)
      )
    case .role:
      let role = RoleResource(document, &reader)
      return Entry(
        kind: kind, name: role.name, expires: role.expires, node: document, content: .role)
    case .lock:
      let lock = LockResource(document, &reader)
      return Entry(
        kind: kind, name: lock.name, expires: lock.expires, node: document, content: .lock)
    case .botInstance: return nil
    }
  }

  mutating func note(_ position: Position, _ message: String) { reader.note(position, message) }

  /// - Throws: `badParameter` with every problem, one per line, in the order of the file, what is
  ///   missing after what is wrong.
  func check() throws(RPCError) {
    guard !reader.problems.isEmpty else { return }
    let ordered = reader.problems.sorted {
      ($0.isAbsence ? 1 : 0, $0.position.line, $0.position.column)
        < ($1.isAbsence ? 1 : 0, $1.position.line, $1.position.column)
    }
    throw RPCError(.badParameter, ordered.map(\.text).joined(separator: "\n"))
  }
}
