public import PluginABI

/// What came of one check of a self-test (`tenon/cap/self_test.h`). A check that failed throws.
public struct CheckAnswer: Sendable {
  /// `TENON_CHECK_PASSED`, `TENON_CHECK_WARNING` or `TENON_CHECK_SKIPPED`.
  public var outcome: UInt32
  /// What was found, never a secret; lower case, no period.
  public var sentence: String
  /// What to do about a warning.
  public var remedy: String

  public init(_ outcome: UInt32, _ sentence: String, remedy: String = "") {
    self.outcome = outcome
    self.sentence = sentence
    self.remedy = remedy
  }

  /// Writes the answer where the host looks for it.
  public func report(
    to result: UnsafeMutablePointer<tenon_check_result>
  ) throws(PluginError) {
    result.pointee.outcome = outcome
    try result.pointee.sentence.put(sentence)
    try result.pointee.remedy.put(remedy)
  }
}
