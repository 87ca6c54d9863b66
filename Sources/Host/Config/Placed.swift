/// A value and where it was given, for messages about it.
struct Placed<Value: Sendable>: Sendable {
  var value: Value
  var place: ConfigProblem.Place
  /// How messages call it: the key, quoted and with its section, or the flag.
  var label: String

  func map<Other: Sendable>(_ change: (Value) -> Other) -> Placed<Other> {
    Placed<Other>(value: change(value), place: place, label: label)
  }
}
