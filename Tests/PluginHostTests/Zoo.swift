import Foundation
import Testing

@testable import PluginHost

/// A folder of its own with animals of `Tests/PluginZoo` compiled into it, removed with the value.
final class Zoo {
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  let directory: String
  let policy = LoadPolicy(user: getuid())

  init() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "tenon-zoo-\(UUID())")
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    directory = folder.path
  }

  deinit { try? FileManager.default.removeItem(atPath: directory) }

  func path(_ name: String) -> String { directory + "/" + name }

  /// Compiles `Tests/PluginZoo/<animal>.c` and returns the path of the shared object.
  @discardableResult
  func build(_ animal: String, as name: String? = nil) throws -> String {
    let source = Self.root.appending(path: "Tests/PluginZoo/\(animal).c")
    let first = try String(contentsOf: source, encoding: .utf8).prefix { $0 != "\n" }
    let flags =
      first.hasPrefix("/* cc: ")
      ? first.dropFirst(7).dropLast(3).split(separator: " ").map(String.init) : []
    let target = path(name ?? "\(animal).so")
    let compiler = Process()
    compiler.executableURL = URL(fileURLWithPath: "/usr/bin/cc")
    compiler.arguments =
      [
        "-std=gnu11", "-O1", "-g0", "-shared", "-fPIC", "-fvisibility=hidden", "-pthread",
        "-Wl,-z,defs,-z,now,-z,relro,-z,nodelete,-z,noexecstack",
        "-I", Self.root.appending(path: "Sources/PluginABI/include").path,
        source.path, "-o", target,
      ] + flags
    let pipe = Pipe()
    compiler.standardError = pipe
    try compiler.run()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    compiler.waitUntilExit()
    try #require(compiler.terminationStatus == 0, "\(text)")
    try chmod(target, 0o755)
    return target
  }

  func chmod(_ path: String, _ mode: Int) throws {
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
  }

  func entry(_ animal: String) throws -> CatalogEntry {
    try CatalogEntry(path: build(animal), policy: policy)
  }

  /// Why the host does not take the animal: judged by its file, or loaded when that is in order.
  func refusal(_ animal: String) throws -> PluginRefusal? {
    try refusal(path: build(animal))
  }

  func refusal(path: String, policy: LoadPolicy? = nil) -> PluginRefusal? {
    do throws(PluginRefusal) {
      _ = try LoadedPlugin(CatalogEntry(path: path, policy: policy ?? self.policy))
      return nil
    } catch {
      return error
    }
  }
}

extension Zoo {
  /// The program that runs a plugin's code in place of the tests.
  static func probe() throws -> String {
    let tests = try #require(
      try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
    return URL(fileURLWithPath: tests).deletingLastPathComponent().appending(path: "plugin-probe")
      .path
  }
}
