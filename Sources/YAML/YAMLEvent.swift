import Documents

/// One step of a YAML stream, with everything owned by Swift.
struct YAMLEvent {
  enum Kind {
    case streamStart, streamEnd, documentStart, documentEnd
    case scalar(text: String, plain: Bool)
    case listStart, listEnd, mapStart, mapEnd
  }

  let kind: Kind
  let position: Position
}
