public import Documents

/// The part of YAML that has one meaning: maps, lists and scalars, several documents in a file.
///
/// Plain scalars are typed by the core schema of YAML 1.2 (section 10.3): `null`, `true`, numbers. All
/// other plain scalars and everything in quotes are strings; `yes`, `no`, `on` and `off` are strings.
/// Keys are always text. What hides content from a reader is refused, with its place and the remedy:
/// anchors, aliases, tags, merge keys, duplicate keys, keys that are lists or maps.
public enum YAML {
  /// Parses all documents of a stream in order. No document gives no nodes; an empty document between
  /// two `---` lines is a null node.
  ///
  /// - Throws: `DocumentError` with line and column of the first thing that is wrong.
  public static func parse(
    _ bytes: [UInt8], limits: Limits = .default
  ) throws(DocumentError) -> [Node] {
    guard bytes.count <= limits.maxBytes else {
      throw DocumentError(
        "the document has \(bytes.count) bytes, more than the \(limits.maxBytes) allowed",
        at: .none)
    }
    var reader = YAMLReader(events: try YAMLEvents.open(bytes), maxDepth: limits.maxDepth)
    return try reader.documents()
  }

  /// Writes one document in block style with a final newline and without a `---` line. The same node
  /// gives the same text everywhere, and `parse` reads it back as an equal node.
  ///
  /// Strings that a YAML reader, also one of version 1.1, would take for something else are quoted;
  /// strings of several lines become literal blocks where those can hold them.
  public static func serialize(_ node: Node) -> String {
    var writer = YAMLWriter()
    writer.write(document: node)
    return writer.text
  }
}
