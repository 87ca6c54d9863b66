/// What a node of a document holds. JSON and YAML share this model.
public enum Value: Sendable {
  case null
  case bool(Bool)
  /// The number as it was written, so that nothing is rounded. `Node.int64` reads it.
  case number(String)
  case string(String)
  case list([Node])
  /// In the order of the document; no key appears twice in what a parser returns.
  case map([Member])

  /// The kind of this value in words, for messages: "a list".
  public var kind: String {
    switch self {
    case .null: "null"
    case .bool: "true or false"
    case .number: "a number"
    case .string: "a string"
    case .list: "a list"
    case .map: "a map"
    }
  }
}

extension Value: Equatable {
  /// Same kind and same bytes. The order of members counts, their positions do not.
  public static func == (a: Value, b: Value) -> Bool {
    switch (a, b) {
    case (.null, .null): true
    case (.bool(let x), .bool(let y)): x == y
    case (.number(let x), .number(let y)): x.sameBytes(as: y)
    case (.string(let x), .string(let y)): x.sameBytes(as: y)
    case (.list(let x), .list(let y)): x.elementsEqual(y) { $0.value == $1.value }
    case (.map(let x), .map(let y)):
      x.elementsEqual(y) { $0.key.sameBytes(as: $1.key) && $0.value.value == $1.value.value }
    default: false
    }
  }
}
