public import Documents
import PluginKit

/// How many recoveries a token grants and how many are spent, for metrics.
public enum Allowances {
  /// The JSON array of `tenon/cap/allowances.h`; the limit is left out where no mode enforces it.
  public static func granted(spec: Node, status: Node) -> [UInt8] {
    var problems: [SpecProblem] = []
    let spec = TokenSpec(spec, &problems)
    var members: [(String, Node)] = [
      ("name", .text("recoveries")),
      ("used", .integer(max(0, status["recovery_count"]?.int64 ?? 0))),
    ]
    if spec.mode == .standard { members.append(("limit", .integer(max(0, spec.limit)))) }
    return JSON.serialize(.array([.object(members)]))
  }
}
