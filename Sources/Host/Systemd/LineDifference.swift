import Documents

/// What differs between two texts, for a person: the lines that go, with `-`, and those that come, with `+`.
enum LineDifference {
  /// Longer texts are not compared line by line.
  private static let maxLines = 1000

  /// One line each, in the order of the texts; lines that stay are left out.
  static func lines(from old: String, to new: String) -> [String] {
    let old = split(old)
    let new = split(new)
    guard old.count <= maxLines, new.count <= maxLines else {
      return ["- \(old.count) lines", "+ \(new.count) lines"]
    }
    let difference = new.difference(from: old)
    let gone = Set(difference.removals.map(\.offset))
    let come = Set(difference.insertions.map(\.offset))
    var lines: [String] = []
    var (left, right) = (0, 0)
    while left < old.count || right < new.count {
      if left < old.count, gone.contains(left) {
        lines.append("- \(old[left].printable)")
        left += 1
      } else if right < new.count, come.contains(right) {
        lines.append("+ \(new[right].printable)")
        right += 1
      } else {
        left += 1
        right += 1
      }
    }
    return lines
  }

  private static func split(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }
}

extension CollectionDifference.Change {
  fileprivate var offset: Int {
    switch self {
    case .insert(let offset, _, _), .remove(let offset, _, _): offset
    }
  }
}
