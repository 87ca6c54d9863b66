import Foundation
import PluginHost
import Testing

/// The page that teaches how to write a plugin in Swift, followed to the letter.
@Suite struct WritingAPluginTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The code blocks of the page in that language.
  private func blocks(_ language: String) throws -> [String] {
    let page = try String(
      contentsOf: Self.root.appending(path: "docs/plugins/writing-a-plugin.md"), encoding: .utf8)
    return page.components(separatedBy: "```\(language)\n").dropFirst().map {
      $0.components(separatedBy: "```")[0]
    }
  }

  @Test func thePluginOfThePageCompilesAndIsAccepted() throws {
    let directory = FileManager.default.temporaryDirectory
      .appending(path: "tenon-page-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(at: directory) }

    let sources = try blocks("c") + blocks("swift")
    #expect(sources.count == 3)
    for source in sources {
      let name = try #require(
        source.prefix { $0 != "\n" }.split(separator: " ").first { $0.contains(".") })
      try Data(source.utf8).write(to: directory.appending(path: String(name)))
    }
    let headers = Self.root.appending(path: "Sources/PluginABI/include").path
    let commands = try #require(try blocks("sh").first).replacing(
      "/usr/local/include", with: headers)

    let shell = Process()
    shell.executableURL = URL(fileURLWithPath: "/bin/sh")
    shell.arguments = ["-e", "-c", commands]
    shell.currentDirectoryURL = directory
    let output = Pipe()
    shell.standardOutput = output
    shell.standardError = output
    try shell.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    shell.waitUntilExit()
    #expect(shell.terminationStatus == 0, "\(text)")
    #expect(!text.contains("warning"), "\(text)")

    let catalog = PluginCatalog(directory: directory.path, policy: LoadPolicy(user: getuid()))
    #expect(catalog.refusals.isEmpty)
    let entry = try #require(catalog.plugins.first)
    #expect(entry.manifest.commands.map(\.name) == ["greet"])
    _ = try LoadedPlugin(entry)
  }
}
