import Foundation
import PluginHost
import Synchronization
import Testing

/// A plugin directory with the verifiers of the tests, made once: `badge`, whose generations are
/// enforced, `visitor`, whose are not, and the verifiers that ship when they have been built.
enum VerifierFolder {
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  private static let shipped = ["authority", "agent"].map {
    root.appending(path: "build/plugins/tenon-bound-keypair-\($0).so")
  }
  static let hasShipped = shipped.allSatisfy { FileManager.default.fileExists(atPath: $0.path) }

  /// The folder, or why it could not be made.
  private static let made = Result { () throws -> String in
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "tenon-verifiers-\(UUID())")
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    path.withLock { $0 = folder.path }
    atexit {
      VerifierFolder.path.withLock { try? FileManager.default.removeItem(atPath: $0) }
    }
    try compile("badge", generation: "enforced", into: folder)
    try compile("visitor", generation: "logged", into: folder)
    for plugin in shipped where hasShipped {
      try FileManager.default.copyItem(
        at: plugin, to: folder.appending(path: plugin.lastPathComponent))
    }
    return folder.path
  }
  private static let path = Mutex("")

  static func directory() throws -> String { try made.get() }

  static func catalog() throws -> PluginCatalog {
    let catalog = PluginCatalog(directory: try directory(), policy: LoadPolicy(user: getuid()))
    try #require(catalog.refusals.isEmpty, "\(catalog.refusals)")
    return catalog
  }

  private static func compile(_ name: String, generation: String, into folder: URL) throws {
    let target = folder.appending(path: "\(name).so").path
    let compiler = Process()
    compiler.executableURL = URL(fileURLWithPath: "/usr/bin/cc")
    compiler.arguments = [
      "-std=gnu11", "-D_GNU_SOURCE", "-O1", "-shared", "-fPIC", "-fvisibility=hidden",
      "-Wl,-z,defs,-z,now,-z,relro,-z,nodelete,-z,noexecstack", "-DNAME=\"\(name)\"",
      "-DGENERATION=\"\(generation)\"", "-I",
      root.appending(path: "Sources/PluginABI/include").path,
      root.appending(path: "Tests/AuthorityTests/Verifiers/badge.c").path, "-o", target,
    ]
    let pipe = Pipe()
    compiler.standardError = pipe
    try compiler.run()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    compiler.waitUntilExit()
    try #require(compiler.terminationStatus == 0, "\(text)")
  }
}
