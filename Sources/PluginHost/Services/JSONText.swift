import Documents

/// JSON of simple lists for the config service.
enum JSONText {
  static func array(_ items: [String]) -> String {
    let node = Node(.list(items.map { Node(.string($0)) }))
    return String(decoding: JSON.serialize(node), as: UTF8.self)
  }
}
