import Foundation
import Testing

/// README.md claims which test shows which case of the protocol. A claim that is not true is worse than
/// none.
@Suite("conformance table") struct ConformanceTableTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()

  /// `Suite/function` of every table row, in order.
  private static func claims() throws -> [(suite: String, function: String)] {
    let text = try String(contentsOf: folder.appending(path: "README.md"), encoding: .utf8)
    return text.split(separator: "\n").filter { $0.hasPrefix("|") }.flatMap { row in
      row.matches(of: /`([A-Z]\w*Tests)\/(\w+)`/).map {
        (String($0.output.1), String($0.output.2))
      }
    }
  }

  /// The sources a claim may be about, by the word before its slash: a suite of this folder, or a folder
  /// beside it as a whole, whose suites are its own affair.
  private static func sources() throws -> [String: String] {
    var found: [String: String] = [:]
    for file in try swiftFiles(in: folder) {
      found[file.deletingPathExtension().lastPathComponent] =
        try String(contentsOf: file, encoding: .utf8)
    }
    let authority = folder.deletingLastPathComponent().appending(path: "AuthorityTests")
    found["AuthorityTests"] = try swiftFiles(in: authority)
      .map { try String(contentsOf: $0, encoding: .utf8) }.joined()
    return found
  }

  private static func swiftFiles(in folder: URL) throws -> [URL] {
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
    return names.filter { $0.hasSuffix("Tests.swift") }.map { folder.appending(path: $0) }
  }

  @Test("every test the tables name is there, and every row names one")
  func claimsHold() throws {
    let sources = try Self.sources()
    let claims = try Self.claims()
    #expect(claims.count > 80)
    for claim in claims {
      #expect(
        sources[claim.suite]?.contains("func \(claim.function)(") == true,
        "\(claim.suite)/\(claim.function)")
    }
    let text = try String(
      contentsOf: Self.folder.appending(path: "README.md"), encoding: .utf8)
    let rows = text.split(separator: "\n").filter { $0.hasPrefix("| ") }
    let bare = rows.filter { !$0.contains("Tests/") && !$0.contains("| Shown by |") }
    #expect(bare.isEmpty, "\(bare)")
  }
}
