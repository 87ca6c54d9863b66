import Foundation
import Testing

/// README.md claims which test shows which case of the protocol. A claim that is not true is worse than
/// none.
@Suite("conformance table") struct ConformanceTableTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()

  /// `Suite/function` of every table row, in order.
  private static func claims() throws -> [(suite: String, function: String, row: String)] {
    let text = try String(contentsOf: folder.appending(path: "README.md"), encoding: .utf8)
    return text.split(separator: "\n").filter { $0.hasPrefix("|") }.flatMap { row in
      row.matches(of: /`([A-Z]\w*Tests)\/(\w+)`/).map {
        (String($0.output.1), String($0.output.2), String(row))
      }
    }
  }

  /// The sources of all suites, by the name of their file.
  private static func suites() -> [String: String] {
    let tests = folder.deletingLastPathComponent()
    var found: [String: String] = [:]
    for case let file as URL in FileManager.default.enumerator(
      at: tests, includingPropertiesForKeys: nil) ?? .init()
    where file.lastPathComponent.hasSuffix("Tests.swift") {
      found[file.deletingPathExtension().lastPathComponent] =
        try? String(contentsOf: file, encoding: .utf8)
    }
    return found
  }

  @Test("every test the tables name is there, and every row names one")
  func claimsHold() throws {
    let suites = Self.suites()
    let claims = try Self.claims()
    #expect(claims.count > 80)
    for claim in claims {
      let source = try #require(suites[claim.suite], "\(claim.row)")
      #expect(
        source.contains("func \(claim.function)("), "\(claim.suite)/\(claim.function)")
    }
    let text = try String(
      contentsOf: Self.folder.appending(path: "README.md"), encoding: .utf8)
    let rows = text.split(separator: "\n").filter { $0.hasPrefix("| ") }
    let bare = rows.filter { !$0.contains("Tests/") && !$0.contains("| Shown by |") }
    #expect(bare.isEmpty, "\(bare)")
  }
}
