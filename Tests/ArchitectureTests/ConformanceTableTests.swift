import Foundation
import Testing

/// The README.md of some test folders claims which test shows which case of a protocol. A claim that is
/// not true is worse than none.
@Suite("conformance tables") struct ConformanceTableTests {
  /// A folder whose README.md has tables, and where its suites are: the first folder that has a suite of
  /// the name is meant.
  struct Tables: Sendable, CustomTestStringConvertible {
    let folder: String
    let suites: [String]
    let least: Int

    var testDescription: String { folder }
  }

  static let tables = [
    Tables(folder: "BoundKeypairTests", suites: ["BoundKeypairTests"], least: 80),
    Tables(folder: "TPMVerifierTests", suites: ["TPMVerifierTests", "TPMJoinTests"], least: 70),
  ]

  /// What a row names: `Suite/function`, or `Folder/function` for a folder whose suites are its own affair.
  private struct Claim: CustomStringConvertible {
    let suite: String
    let function: String

    var description: String { "\(suite)/\(function)" }
  }

  private func claims(_ rows: [Substring]) -> [Claim] {
    rows.flatMap { row in
      row.matches(of: /`([A-Z]\w*)\/(\w+)`/).map {
        Claim(suite: String($0.output.1), function: String($0.output.2))
      }
    }
  }

  /// Whether the test that a claim names is there.
  private func holds(_ claim: Claim, _ tables: Tables, in tree: SourceTree) throws -> Bool {
    for folder in tables.suites {
      let suite = try tree.files(below: "Tests/\(folder)").first {
        $0.components.last == "\(claim.suite).swift"
      }
      if let suite { return suite.lines.contains { $0.contains("func \(claim.function)(") } }
    }
    return try tree.files(below: "Tests/\(claim.suite)").contains { file in
      let needle = file.path.hasSuffix(".sh") ? "\(claim.function)() {" : "func \(claim.function)("
      return file.lines.contains { $0.contains(needle) }
    }
  }

  private func unfounded(_ tables: Tables, in tree: SourceTree) throws -> [String] {
    let path = "Tests/\(tables.folder)/README.md"
    let text = try String(
      contentsOf: tree.root.appending(path: path), encoding: .utf8)
    let rows = text.split(separator: "\n").filter { $0.hasPrefix("| ") }
    let claims = claims(rows)
    var problems = try claims.filter { try !holds($0, tables, in: tree) }.map(\.description)
    problems += rows.filter { row in
      self.claims([row]).isEmpty && !row.hasSuffix("| Shown by |")
    }.map { "no test: \($0)" }
    if claims.count < tables.least { problems.append("only \(claims.count) claims") }
    return problems
  }

  @Test("every test a table names is there, and every row names one", arguments: tables)
  func claimsHold(tables: Tables) throws {
    #expect(try unfounded(tables, in: .own) == [])
  }

  @Test("a test that is gone, and a row without one, are noticed")
  func planted() throws {
    let planted = try PlantedTree([
      "Tests/Some/ATests.swift": "@Test func there() {}\n",
      "Tests/Whole/cases/1.sh": "row() {\n",
      "Tests/Some/README.md": """
      | Case | Shown by |
      |---|---|
      | one | `ATests/there`, `Whole/row` |
      | two | `ATests/gone`, `Whole/gone` |
      | three | nobody |

      """,
    ])
    let tables = Tables(folder: "Some", suites: ["Some"], least: 5)
    #expect(
      try unfounded(tables, in: planted.tree) == [
        "ATests/gone", "Whole/gone", "no test: | three | nobody |", "only 4 claims",
      ])
  }
}
