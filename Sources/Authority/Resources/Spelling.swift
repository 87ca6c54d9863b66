/// Finds the key somebody probably meant.
enum Spelling {
  /// The candidate within two edits, nil when none is that near. Short words must be nearer, as any two
  /// of them are alike.
  static func nearest(_ word: String, in candidates: [String]) -> String? {
    guard word.utf8.count <= 64 else { return nil }
    return candidates.map { ($0, distance(Array(word.utf8), Array($0.utf8))) }
      .filter { $0.1 <= min(2, (word.utf8.count + 1) / 2) }.min { $0.1 < $1.1 }?.0
  }

  private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var row = Array(0...b.count)
    for (i, x) in a.enumerated() {
      var previous = row[0]
      row[0] = i + 1
      for (j, y) in b.enumerated() {
        let cost = min(row[j] + 1, row[j + 1] + 1, previous + (x == y ? 0 : 1))
        previous = row[j + 1]
        row[j + 1] = cost
      }
    }
    return row[b.count]
  }
}
