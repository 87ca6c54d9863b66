import Foundation
import PluginHost
import Testing

/// The shared objects as they ship, behind their C tables.
enum Shipped {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "build/plugins")
  static let names = ["tenon-bound-keypair-agent.so", "tenon-bound-keypair-authority.so"]
  static let isBuilt = names.allSatisfy {
    FileManager.default.fileExists(atPath: folder.appending(path: $0).path)
  }

  /// Lends a catalog of a plugin directory of its own, as the load policy wants it.
  static func withCatalog<Result>(
    _ body: (PluginCatalog) async throws -> Result
  ) async throws -> Result {
    let directory = try makeDirectory()
    defer { try? FileManager.default.removeItem(at: directory) }
    return try await body(
      PluginCatalog(directory: directory.path, policy: LoadPolicy(user: getuid())))
  }

  static let plugins = Result { () throws -> (agent: LoadedPlugin, authority: LoadedPlugin) in
    let directory = try makeDirectory()
    defer { try? FileManager.default.removeItem(at: directory) }
    let catalog = PluginCatalog(directory: directory.path, policy: LoadPolicy(user: getuid()))
    return (
      try LoadedPlugin(try catalog.joinMethod("bound_keypair")),
      try LoadedPlugin(try catalog.joinVerifier("bound_keypair"))
    )
  }

  private static func makeDirectory() throws -> URL {
    let directory = FileManager.default.temporaryDirectory
      .appending(path: "tenon-shipped-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    for name in names {
      try FileManager.default.copyItem(
        at: folder.appending(path: name), to: directory.appending(path: name))
    }
    return directory
  }
}

/// Which build of the plugin a test drives.
enum Build: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case source, shipped

  static let available: [Build] = Shipped.isBuilt ? [.source, .shipped] : [.source]
  var testDescription: String { rawValue }

  func agent(_ services: InstanceServices) async throws -> any Client {
    switch self {
    case .source: SourceAgent(services)
    case .shipped:
      ShippedAgent(
        try await JoinMethodInstance(try Shipped.plugins.get().agent, services: services))
    }
  }

  func verifier(_ services: InstanceServices) async throws -> any Verifier {
    switch self {
    case .source: SourceVerifier(services)
    case .shipped:
      ShippedVerifier(
        try await JoinVerifierInstance(try Shipped.plugins.get().authority, services: services))
    }
  }
}

final class ShippedAgent: Client {
  private let instance: JoinMethodInstance

  init(_ instance: JoinMethodInstance) { self.instance = instance }

  func begin(suite: String) async throws -> [UInt8] {
    try await instance.begin(
      JoinParameters(
        purpose: .first, suite: suite, tokenName: "example", publicTLSKey: [1], publicSSHKey: [2]),
      deadline: .seconds(10))
  }

  func step(_ field: UInt32, _ message: [UInt8]) async throws -> (UInt32, [UInt8]) {
    try await instance.step(field: field, message: message, deadline: .seconds(10))
  }

  func finish(_ result: [UInt8]) async throws {
    do {
      try await instance.finish(result: result, deadline: .seconds(10))
      await instance.close()
    } catch {
      await instance.close()
      throw error
    }
  }

  func abort() async {
    await instance.abort()
    await instance.close()
  }
}

final class ShippedVerifier: Verifier {
  private let instance: JoinVerifierInstance
  private var session: PluginHost.VerifySession?

  init(_ instance: JoinVerifierInstance) { self.instance = instance }

  func admit(spec: [UInt8], status: [UInt8]) async throws -> AdmitOutcome {
    try await instance.admit(spec: spec, status: status)
  }

  func begin(_ parameters: VerifyParameters) async throws -> VerifyAction {
    await session?.abort()
    let opened = try await instance.begin(parameters)
    session = opened.session
    return opened.action
  }

  func step(_ field: UInt32, _ message: [UInt8]) async throws -> VerifyAction {
    guard let session else { throw Misuse() }
    return try await session.step(field: field, message: message)
  }

  func gaveUp(_ text: String) async throws -> VerifyAction {
    guard let session else { throw Misuse() }
    return try await session.gaveUp(reason: 3, text: text)
  }

  func conclude(_ instance: String) async throws -> (status: [UInt8], result: [UInt8]) {
    guard let session else { throw Misuse() }
    self.session = nil
    return try await session.conclude(instanceID: instance)
  }

  func confirmed(spec: [UInt8], status: [UInt8], instance: String) async throws -> [UInt8] {
    try await self.instance.confirmed(spec: spec, status: status, instanceID: instance)
  }
}
