import Foundation
import PluginHost
import Testing

/// The shared object of the agent half, as `make plugins` leaves it.
enum Shipped {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  static let folder = root.appending(path: "build/plugins")
  static let name = "tenon-tpm-agent.so"
  static var path: String { folder.appending(path: name).path }
  static let authorityName = "tenon-tpm-authority.so"
  static let isBuilt = FileManager.default.fileExists(atPath: path)
  static let isAuthorityBuilt = FileManager.default.fileExists(
    atPath: folder.appending(path: authorityName).path)

  static let parameters = JoinParameters(
    purpose: .first, suite: "balanced-v1", tokenName: "example", publicTLSKey: [1],
    publicSSHKey: [2])

  static let plugin = Result { () throws -> LoadedPlugin in
    let directory = try makeDirectory(of: name)
    defer { try? FileManager.default.removeItem(at: directory) }
    return try LoadedPlugin(try catalog(directory).joinMethod("tpm"))
  }

  static let authority = Result { () throws -> LoadedPlugin in
    let directory = try makeDirectory(of: authorityName)
    defer { try? FileManager.default.removeItem(at: directory) }
    return try LoadedPlugin(try catalog(directory).joinVerifier("tpm"))
  }

  private static func catalog(_ directory: URL) -> PluginCatalog {
    PluginCatalog(directory: directory.path, policy: LoadPolicy(user: getuid()))
  }

  /// Lends a catalog of a plugin directory of its own, as the load policy wants it.
  static func withCatalog<Answer>(
    _ body: (PluginCatalog) async throws -> Answer
  ) async throws -> Answer {
    let directory = try makeDirectory(of: name)
    defer { try? FileManager.default.removeItem(at: directory) }
    return try await body(catalog(directory))
  }

  private static func makeDirectory(of name: String) throws -> URL {
    let directory = FileManager.default.temporaryDirectory
      .appending(path: "tenon-shipped-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    try FileManager.default.copyItem(
      at: folder.appending(path: name), to: directory.appending(path: name))
    return directory
  }
}
