/// A configuration that is not used, with everything that is wrong with it, in the order of the file.
struct ConfigRefusal: Error, Sendable, Equatable, CustomStringConvertible {
  /// At least one.
  let problems: [ConfigProblem]

  /// Sorts by place; the order of problems with the same place is kept.
  init(_ problems: [ConfigProblem]) { self.problems = problems.inOrderOfPlace }

  /// The first problem, then one line for each further one, indented by two spaces.
  var description: String { problems.map(\.description).joined(separator: "\n  ") }
}

extension [ConfigProblem] {
  /// Flags and the file as a whole first, then by line; problems of one place stay in their order, as
  /// the standard library's sort is stable.
  var inOrderOfPlace: [ConfigProblem] { sorted { $0.place.order < $1.place.order } }
}
