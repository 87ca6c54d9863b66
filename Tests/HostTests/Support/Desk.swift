import Foundation
import PluginHost
import Synchronization
import Testing

/// The join method "badge" and the output "card" of `Plugins/desk.c`, compiled once.
enum Desk {
  private static let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  private static let folders = Mutex<[String]>([])

  private static let made = Result { try make(needs: "") }
  private static let madeNeedy = Result { try make(needs: "\\\"needs\\\":[\\\"tpm\\\"],") }

  private static func make(needs: String) throws -> String {
    let path = FileManager.default.temporaryDirectory.appending(path: "tenon-desk-\(UUID())").path
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    folders.withLock { folders in
      if folders.isEmpty {
        atexit {
          for folder in Desk.folders.withLock(\.self) {
            try? FileManager.default.removeItem(atPath: folder)
          }
        }
      }
      folders.append(path)
    }
    let root = here.appending(path: "../../..").standardized
    let compiler = Process()
    compiler.executableURL = URL(fileURLWithPath: "/usr/bin/cc")
    compiler.arguments = [
      "-std=gnu11", "-D_GNU_SOURCE", "-O1", "-shared", "-fPIC", "-fvisibility=hidden",
      "-Wl,-z,defs,-z,now,-z,relro,-z,nodelete,-z,noexecstack",
      "-DDESK_NEEDS=\"\(needs)\"", "-I", root.appending(path: "Sources/PluginABI/include").path,
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

  /// The folder of the plugin; a needy one asks for a device.
  static func directory(needy: Bool = false) throws -> String {
    try (needy ? madeNeedy : made).get()
  }

  static func catalog() throws -> PluginCatalog {
    let catalog = PluginCatalog(directory: try directory(), policy: LoadPolicy(user: getuid()))
    try #require(catalog.refusals.isEmpty, "\(catalog.refusals)")
    return catalog
  }
}
