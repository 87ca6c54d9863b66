import Documents

/// `status.replaced_generations` of a bot instance: generations whose certificates nobody may have.
///
/// Generations that follow one another take one place, so that repeating a join any number of times
/// pushes none of them out.
struct ReplacedGenerations: Sendable {
  private static let key = "replaced_generations"
  /// Ranges kept. A new one begins only after a join was confirmed in between.
  static let limit = 64

  private(set) var ranges: [ClosedRange<Int64>]

  /// - Parameter status: `status` of the instance.
  init(_ status: Node?) {
    ranges = (status?[Self.key]?.list ?? []).compactMap { item in
      guard let first = item["first"]?.int64, let last = item["last"]?.int64, first <= last else {
        return nil
      }
      return first...last
    }
  }

  mutating func insert(_ generation: Int64) {
    guard !ranges.contains(where: { $0.contains(generation) }) else { return }
    if let last = ranges.last, last.upperBound == generation - 1 {
      ranges[ranges.count - 1] = last.lowerBound...generation
    } else {
      ranges.append(generation...generation)
    }
    ranges = ranges.suffix(Self.limit)
  }

  static func removed(from status: Node) -> Node { status.removing(key) }

  func written(to status: Node) -> Node {
    status.setting(
      Self.key,
      .array(
        ranges.map {
          .object([("first", .integer($0.lowerBound)), ("last", .integer($0.upperBound))])
        }))
  }
}
