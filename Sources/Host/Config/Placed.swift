/// A value and where it was given, for messages about it.
struct Placed<Value: Sendable>: Sendable {
  var value: Value
  var place: ConfigProblem.Place
  /// How messages call it: the key, quoted and with its section, or the flag.
  var label: String

  /// The label with its place: "`token` (line 4)", or the flag.
  var located: String {
    guard case .file = place else { return label }
    return "\(label) (\(place.short))"
  }

  func map<Other: Sendable>(_ change: (Value) -> Other) -> Placed<Other> {
    Placed<Other>(value: change(value), place: place, label: label)
  }
}
