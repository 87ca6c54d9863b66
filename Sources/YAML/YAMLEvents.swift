import CYAML
import Documents

/// The events of one text, as libyaml finds them. Owns the parser and a copy of the text, and refuses
/// anchors, aliases and tags before they mean anything.
struct YAMLEvents: ~Copyable {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let text: UnsafeMutableBufferPointer<UInt8>
  private let bytes: [UInt8]

  private init(parser: UnsafeMutablePointer<yaml_parser_t>, bytes: [UInt8]) {
    self.parser = parser
    self.bytes = bytes
    text = .allocate(capacity: max(bytes.count, 1))
    _ = text.initialize(from: bytes)
    // Naming the encoding keeps libyaml from guessing UTF-16 out of the first bytes.
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, text.baseAddress, bytes.count)
  }

  static func open(_ source: [UInt8]) throws(DocumentError) -> YAMLEvents {
    // A byte order mark is no content; libyaml would count it as a column.
    let marked = source.starts(with: [0xEF, 0xBB, 0xBF])
    let bytes = marked ? [UInt8](source.dropFirst(3)) : source
    if let invalid = UTF8Check.firstInvalid(bytes) {
      throw DocumentError(
        "the text is not valid UTF-8", at: YAMLEvents.position(of: invalid, in: bytes))
    }
    let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
    guard yaml_parser_initialize(parser) == 1 else {
      parser.deallocate()
      throw DocumentError("no memory for the YAML parser", at: .none)
    }
    return YAMLEvents(parser: parser, bytes: bytes)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
    text.deallocate()
  }

  mutating func next() throws(DocumentError) -> YAMLEvent {
    var event = yaml_event_t()
    guard yaml_parser_parse(parser, &event) == 1 else { throw failure() }
    defer { yaml_event_delete(&event) }
    let position = YAMLEvents.position(event.start_mark)
    switch event.type {
    case YAML_STREAM_START_EVENT: return YAMLEvent(kind: .streamStart, position: position)
    case YAML_STREAM_END_EVENT: return YAMLEvent(kind: .streamEnd, position: position)
    case YAML_DOCUMENT_START_EVENT:
      let tags = event.data.document_start.tag_directives
      if tags.start != tags.end { throw YAMLEvents.tagRefusal(at: position) }
      return YAMLEvent(kind: .documentStart, position: position)
    case YAML_DOCUMENT_END_EVENT: return YAMLEvent(kind: .documentEnd, position: position)
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      try YAMLEvents.refuse(anchor: scalar.anchor, tag: scalar.tag, at: position)
      let content = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      return YAMLEvent(
        kind: .scalar(
          text: String(decoding: content, as: UTF8.self),
          plain: scalar.style == YAML_PLAIN_SCALAR_STYLE),
        position: position)
    case YAML_SEQUENCE_START_EVENT:
      let list = event.data.sequence_start
      try YAMLEvents.refuse(anchor: list.anchor, tag: list.tag, at: position)
      return YAMLEvent(kind: .listStart, position: position)
    case YAML_SEQUENCE_END_EVENT: return YAMLEvent(kind: .listEnd, position: position)
    case YAML_MAPPING_START_EVENT:
      let map = event.data.mapping_start
      try YAMLEvents.refuse(anchor: map.anchor, tag: map.tag, at: position)
      return YAMLEvent(kind: .mapStart, position: position)
    case YAML_MAPPING_END_EVENT: return YAMLEvent(kind: .mapEnd, position: position)
    case YAML_ALIAS_EVENT:
      throw DocumentError("aliases (*name) are not supported; write the value out", at: position)
    default:
      throw DocumentError("the document ends unexpectedly", at: position)
    }
  }

  private static func refuse(
    anchor: UnsafeMutablePointer<yaml_char_t>?, tag: UnsafeMutablePointer<yaml_char_t>?,
    at position: Position
  ) throws(DocumentError) {
    if anchor != nil {
      throw DocumentError(
        "anchors (&name) are not supported; remove the anchor and write the value where it is used",
        at: position)
    }
    if tag != nil { throw tagRefusal(at: position) }
  }

  private static func tagRefusal(at position: Position) -> DocumentError {
    DocumentError(YAMLProblem.tags, at: position)
  }

  private func failure() -> DocumentError {
    switch parser.pointee.error {
    case YAML_MEMORY_ERROR:
      return DocumentError("no memory to parse the document", at: .none)
    case YAML_READER_ERROR:
      let position = YAMLEvents.position(of: parser.pointee.problem_offset, in: bytes)
      return DocumentError(
        "control characters are not allowed; remove it, or write it as an escape in double quotes",
        at: position)
    default:
      let position = YAMLEvents.position(parser.pointee.problem_mark)
      let problem = parser.pointee.problem.map { String(cString: $0) } ?? "malformed YAML"
      let context = parser.pointee.context.map { String(cString: $0) } ?? ""
      let message = YAMLProblem.sentence(
        problem, context: context, contextLine: Int(parser.pointee.context_mark.line) + 1,
        line: YAMLEvents.line(position.line, of: bytes), column: position.column)
      return DocumentError(message, at: position)
    }
  }

  private static func position(_ mark: yaml_mark_t) -> Position {
    Position(line: Int(mark.line) + 1, column: Int(mark.column) + 1)
  }

  private static func position(of offset: Int, in bytes: [UInt8]) -> Position {
    let before = bytes.prefix(offset)
    let line = before.count { $0 == 0x0A } + 1
    let start = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    // Continuation bytes take no column.
    return Position(line: line, column: before[start...].count { $0 & 0xC0 != 0x80 } + 1)
  }

  private static func line(_ number: Int, of bytes: [UInt8]) -> [UInt8] {
    let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    return number <= lines.count ? [UInt8](lines[number - 1]) : []
  }
}
