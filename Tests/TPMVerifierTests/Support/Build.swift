import Foundation
import PluginHost
import Testing

/// Which build of the plugin a test drives.
enum Build: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case source, shipped

  private static let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "build/plugins/tenon-tpm-authority.so")
  private static let isBuilt = FileManager.default.fileExists(atPath: file.path)

  static let available: [Build] = isBuilt ? [.source, .shipped] : [.source]
  var testDescription: String { rawValue }

  private static let plugin = Result { () throws -> LoadedPlugin in
    let directory = FileManager.default.temporaryDirectory
      .appending(path: "tenon-shipped-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(at: directory) }
    try FileManager.default.copyItem(
      at: file, to: directory.appending(path: file.lastPathComponent))
    let catalog = PluginCatalog(directory: directory.path, policy: LoadPolicy(user: getuid()))
    return try LoadedPlugin(try catalog.joinVerifier("tpm"))
  }

  func verifier(_ services: InstanceServices) async throws -> any Verifier {
    switch self {
    case .source: SourceVerifier(services)
    case .shipped:
      ShippedVerifier(
        try await JoinVerifierInstance(try Self.plugin.get(), services: services))
    }
  }
}
