/// One question a plugin can answer about its machine (`tenon/cap/self_test.h`).
public struct SelfTestCheck: Sendable, Equatable {
  /// Stable and unique within its plugin.
  public var name: String
  /// One line for people.
  public var question: String
}

/// The answer to one check, and the time it took.
public struct SelfTestAnswer: Sendable, Equatable {
  public enum Outcome: UInt32, Sendable {
    case passed = 1
    case warning, failed, skipped
  }

  public var outcome: Outcome
  /// What was found: lower case, no period, free of control characters and of secrets of the configuration.
  public var sentence: String
  /// What to do about a failure or a warning; empty otherwise.
  public var remedy: String
  public var duration: Duration
}
