/// Collects the answers to all questions about one file, and remembers the first that forbids loading.
struct CheckList {
  let path: String
  private(set) var rows: [ValidationRow] = []
  private(set) var refusal: PluginRefusal?

  init(path: String) { self.path = path }

  mutating func pass(_ check: String, _ sentence: String) {
    rows.append(ValidationRow(check: check, outcome: .passed, sentence: sentence))
  }

  /// - Parameter forbidsLoading: false for what an author should repair and an operator need not.
  mutating func fail(
    _ check: String, _ reason: String, _ remedy: String, forbidsLoading: Bool = true
  ) {
    rows.append(
      ValidationRow(check: check, outcome: .failed, sentence: reason, remedy: remedy))
    if forbidsLoading, refusal == nil {
      refusal = PluginRefusal(check: check, path: path, reason: reason, remedy: remedy)
    }
  }

  mutating func skip(_ checks: [String], _ why: String) {
    rows += checks.map { ValidationRow(check: $0, outcome: .skipped, sentence: why) }
  }

  /// Passes with `good` when there is no problem.
  mutating func expect(
    _ check: String, _ good: String, or problem: (reason: String, remedy: String)?,
    forbidsLoading: Bool = true
  ) {
    if let problem {
      fail(check, problem.reason, problem.remedy, forbidsLoading: forbidsLoading)
    } else {
      pass(check, good)
    }
  }

  mutating func append(_ other: CheckList) {
    rows += other.rows
    refusal = refusal ?? other.refusal
  }
}
