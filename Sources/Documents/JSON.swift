/// JSON by RFC 8259, strictly: no comments, no trailing commas, nothing after the value. Beyond the
/// RFC it refuses what has two meanings: duplicate keys, lone surrogates, a byte order mark and text
/// that is not UTF-8.
public enum JSON {
  /// Parses one document. Every byte of the input is checked; hostile input costs time and memory in
  /// proportion to its length.
  ///
  /// - Throws: `DocumentError` with the line and column of the first thing that is wrong.
  public static func parse(
    _ bytes: [UInt8], limits: Limits = .default
  ) throws(DocumentError) -> Node {
    guard bytes.count <= limits.maxBytes else {
      throw DocumentError(
        concat(
          "the document has ", decimal(bytes.count), " bytes, more than the ",
          decimal(limits.maxBytes), " allowed"),
        at: .none)
    }
    var parser = JSONParser(bytes, maxDepth: limits.maxDepth)
    return try parser.document()
  }

  /// Writes a document as UTF-8. The same node gives the same bytes everywhere.
  ///
  /// Numbers that JSON cannot write as they stand (`0x1f`, `.5` out of YAML) are rewritten in its
  /// grammar; infinities and not-a-number become strings, as JSON has no such numbers.
  /// - Parameter pretty: two spaces per level and a line per member, without a final newline.
  public static func serialize(_ node: Node, pretty: Bool = false) -> [UInt8] {
    var writer = JSONWriter(pretty: pretty)
    writer.write(node, depth: 0)
    return writer.bytes
  }
}
