/// Why a plugin is not loaded: a policy answer, not a crash.
public struct PluginRefusal: Error, Sendable, Equatable, CustomStringConvertible {
  /// Stable name of the check that said no, e.g. `file-mode`, `manifest-note`, `open-abi`.
  public var check: String
  /// The file, or the directory that was searched.
  public var path: String
  /// What is wrong, lower case, no period.
  public var reason: String
  /// What to do about it; may be empty.
  public var remedy: String

  public init(check: String, path: String, reason: String, remedy: String = "") {
    self.check = check
    self.path = path
    self.reason = reason
    self.remedy = remedy
  }

  public var description: String {
    "plugin \(path): \(reason)" + (remedy.isEmpty ? "" : "; \(remedy)")
  }
}
