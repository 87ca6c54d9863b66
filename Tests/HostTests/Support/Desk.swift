import Foundation
import PluginHost
import Synchronization
import Testing

/// The join method "badge" and the output "card" of `Plugins/desk.c`, compiled once.
enum Desk {
  private static let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  private static let folder = Mutex("")

  private static let made = Result { () throws -> String in
    let path = FileManager.default.temporaryDirectory.appending(path: "tenon-desk-\(UUID())").path
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    folder.withLock { $0 = path }
    atexit { Desk.folder.withLock { try? FileManager.default.removeItem(atPath: $0) } }
    let root = here.appending(path: "../../..").standardized
    let compiler = Process()
    compiler.executableURL = URL(fileURLWithPath: "/usr/bin/cc")
    compiler.arguments = [
      "-std=gnu11", "-D_GNU_SOURCE", "-O1", "-shared", "-fPIC", "-fvisibility=hidden",
      "-Wl,-z,defs,-z,now,-z,relro,-z,nodelete,-z,noexecstack",
      "-I", root.appending(path: "Sources/PluginABI/include").path,
      here.appending(path: "Plugins/desk.c").path, "-o", path + "/desk.so",
    ]
    let pipe = Pipe()
    compiler.standardError = pipe
    try compiler.run()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    compiler.waitUntilExit()
    try #require(compiler.terminationStatus == 0, "\(text)")
    return path
  }

  static func catalog() throws -> PluginCatalog {
    let catalog = PluginCatalog(directory: try made.get(), policy: LoadPolicy(user: getuid()))
    try #require(catalog.refusals.isEmpty, "\(catalog.refusals)")
    return catalog
  }
}
