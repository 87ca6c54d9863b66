import Foundation
import PluginKit
import Synchronization
import TPMAgent
import Testing

@testable import PluginHost

/// The agent half of a join on one TPM.
protocol Agent: AnyObject {
  func begin() async throws -> [UInt8]
  func step(_ field: UInt32, _ message: [UInt8]) async throws -> (UInt32, [UInt8])
  func finish() async throws
  func abort() async
}

/// Which build of the plugin a test drives.
enum Build: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case source, shipped

  static let available: [Build] = Shipped.isBuilt ? [.source, .shipped] : [.source]
  var testDescription: String { rawValue }

  func agent(_ tpm: SoftwareTPM, log: LogBook = LogBook()) async throws -> any Agent {
    try await agent(address: tpm.address, log: log)
  }

  func agent(address: String?, log: LogBook = LogBook()) async throws -> any Agent {
    let services = InstanceServices(
      config: address.map { ["test_tcti": .text($0)] } ?? [:], log: log)
    switch self {
    case .source: return SourceAgent(services)
    case .shipped:
      return ShippedAgent(
        try await JoinMethodInstance(try Shipped.plugin.get(), services: services))
    }
  }
}

/// The agent half as it builds for the tests, on the host's real services.
final class SourceAgent: Agent {
  private let table: HostTable
  private var session: JoinSession?

  init(_ services: InstanceServices) {
    table = HostTable(
      services: services,
      manifest: PluginManifest(
        id: "agent", version: "0.1.0", abi: ABIVersion(major: 0, minor: 1), summary: "source",
        runtime: "swift-embedded", isPinned: true, capabilities: [], needs: [], records: [],
        joinMethod: nil, joinVerifier: nil, output: nil, commands: []))
  }

  deinit { session = nil }

  func begin() throws -> [UInt8] {
    do {
      let opened = try JoinSession.begin(host: Host(table.host), watch: .none)
      session = opened.session
      return opened.initMessage
    } catch { throw Self.failure(error) }
  }

  func step(_ field: UInt32, _ message: [UInt8]) throws -> (UInt32, [UInt8]) {
    guard let session else { throw Misuse() }
    do { return try session.step(field: field, message: message, watch: .none) } catch {
      throw Self.failure(error)
    }
  }

  func finish() { session = nil }
  func abort() { session = nil }

  private static func failure(_ error: PluginError) -> PluginFailure {
    PluginFailure(
      pluginID: "source", code: .init(rawValue: error.code) ?? .internalError,
      retry: .init(rawValue: error.retry) ?? .never, message: error.message, hint: error.hint)
  }
}

struct Misuse: Error {}

/// The shared object as it ships, behind its C tables.
final class ShippedAgent: Agent {
  private let instance: JoinMethodInstance

  init(_ instance: JoinMethodInstance) { self.instance = instance }

  func begin() async throws -> [UInt8] {
    try await instance.begin(Shipped.parameters, deadline: .seconds(60))
  }

  func step(_ field: UInt32, _ message: [UInt8]) async throws -> (UInt32, [UInt8]) {
    try await instance.step(field: field, message: message, deadline: .seconds(60))
  }

  func finish() async throws {
    try await instance.finish(result: [], deadline: .seconds(10))
    await instance.close()
  }

  func abort() async {
    await instance.abort()
    await instance.close()
  }
}

/// Keeps what the plugin logs.
final class LogBook: PluginLog {
  private let lines = Mutex<[(level: PluginLogLevel, message: String)]>([])

  var warnings: [String] {
    lines.withLock { $0.filter { $0.level == .warning }.map(\.message) }
  }

  func isEnabled(_ level: PluginLogLevel) -> Bool { true }
  func write(_ level: PluginLogLevel, _ message: String, _ fields: [(key: String, value: String)]) {
    lines.withLock { $0.append((level, message)) }
  }
}
