import Documents
import PluginHost

/// Rows for people, in columns as wide as their widest cell.
struct TextTable {
  private var rows: [[String]]

  /// - Parameter heads: one per column.
  init(_ heads: [String]) { rows = [heads] }

  /// A row has as many cells as there are columns. What could steer a terminal is replaced: some cells hold
  /// what an agent says of itself.
  mutating func add(_ cells: [String]) { rows.append(cells.map(\.printable)) }

  /// Every line with its end; the last column is not padded.
  var text: String {
    let last = (rows.first?.count ?? 1) - 1
    let widths = (0..<last).map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let padded = (0..<last).map { row[$0].padded(to: widths[$0]) }
      return (padded + [row[last]]).joined(separator: "  ") + "\n"
    }.joined()
  }
}
