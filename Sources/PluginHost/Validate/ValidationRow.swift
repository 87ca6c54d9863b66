/// The answer to one question about a plugin file.
public struct ValidationRow: Sendable, Equatable {
  public enum Outcome: String, Sendable {
    case passed, failed
    /// Not asked, because an earlier answer left nothing to ask about.
    case skipped
  }

  /// Stable name, e.g. `file-mode`.
  public var check: String
  public var outcome: Outcome
  /// What was found, lower case, no period; the file is its subject: "is a regular file".
  public var sentence: String
  /// What to do about a failure; empty otherwise, and where there is nothing to advise.
  public var remedy: String

  public init(check: String, outcome: Outcome, sentence: String, remedy: String = "") {
    self.check = check
    self.outcome = outcome
    self.sentence = sentence
    self.remedy = remedy
  }
}
