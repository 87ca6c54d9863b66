import Documents

/// Collects what is found while a configuration is read, so that all of it can be told at once.
struct ConfigReport {
  /// The name of the file, for places.
  let file: String
  private(set) var problems: [ConfigProblem] = []
  private(set) var warnings: [ConfigProblem] = []

  init(file: String) { self.file = file }

  func place(_ position: Position) -> ConfigProblem.Place { .file(file, position) }

  mutating func refuse(_ position: Position, _ message: String, hint: String = "") {
    refuse(place(position), message, hint: hint)
  }

  mutating func refuse(_ place: ConfigProblem.Place, _ message: String, hint: String = "") {
    problems.append(ConfigProblem(place, message, hint: hint))
  }

  mutating func warn(_ place: ConfigProblem.Place, _ message: String, hint: String = "") {
    warnings.append(ConfigProblem(place, message, hint: hint))
  }
}
