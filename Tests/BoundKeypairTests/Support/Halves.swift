import BoundKeypairAgent
import BoundKeypairAuthority
import Documents
import PluginKit

@testable import PluginHost

/// The client of a join: the agent half, or a stand-in that lies.
protocol Client: AnyObject {
  func begin(suite: String) async throws -> [UInt8]
  func step(_ field: UInt32, _ message: [UInt8]) async throws -> (UInt32, [UInt8])
  func finish(_ result: [UInt8]) async throws
  func abort() async
}

/// The authority half.
protocol Verifier: AnyObject {
  func admit(spec: [UInt8], status: [UInt8]) async throws -> AdmitOutcome
  func begin(_ parameters: VerifyParameters) async throws -> VerifyAction
  func step(_ field: UInt32, _ message: [UInt8]) async throws -> VerifyAction
  func gaveUp(_ text: String) async throws -> VerifyAction
  func conclude(_ instance: String) async throws -> (status: [UInt8], result: [UInt8])
  func confirmed(spec: [UInt8], status: [UInt8], instance: String) async throws -> [UInt8]
}

enum SourcePlugin {
  static func manifest(_ id: String, records: [String] = []) -> PluginManifest {
    PluginManifest(
      id: id, version: "0.1.0", abi: ABIVersion(major: 0, minor: 1), summary: "source",
      runtime: "swift-embedded", isPinned: false, capabilities: [], needs: [], records: records,
      joinMethod: nil, joinVerifier: nil, output: nil, commands: [])
  }

  static func agentTable(_ services: InstanceServices) -> HostTable {
    HostTable(
      services: services,
      manifest: manifest(
        "agent", records: ["id_bkp", "id_bkp.pub", "bkp_state", "bkp_key_history.json"]))
  }

  static func failure(_ error: any Error) -> any Error {
    guard let error = error as? PluginError else { return error }
    return PluginFailure(
      pluginID: "source", code: .init(rawValue: error.code) ?? .internalError,
      retry: .init(rawValue: error.retry) ?? .never, message: error.message, hint: error.hint)
  }
}

/// The agent half as it builds for the tests, on the host's real services.
final class SourceAgent: Client {
  private let table: HostTable
  private var session: JoinSession?

  init(_ services: InstanceServices) { table = SourcePlugin.agentTable(services) }
  /// A session lets go of its keys through the table.
  deinit { session = nil }

  func begin(suite: String) throws -> [UInt8] {
    do {
      let opened = try JoinSession.begin(
        host: Host(table.host), suite: suite, token: "example")
      session = opened.session
      return opened.initMessage
    } catch { throw SourcePlugin.failure(error) }
  }

  func step(_ field: UInt32, _ message: [UInt8]) throws -> (UInt32, [UInt8]) {
    guard let session else { throw Misuse() }
    do { return try session.step(field: field, message: message) } catch {
      throw SourcePlugin.failure(error)
    }
  }

  func finish(_ result: [UInt8]) throws {
    guard let session else { throw Misuse() }
    self.session = nil
    do { try session.finish(result) } catch { throw SourcePlugin.failure(error) }
  }

  func abort() { session = nil }
}

/// The authority half as it builds for the tests.
final class SourceVerifier: Verifier {
  private let table: HostTable
  private var session: BoundKeypairAuthority.VerifySession?

  init(_ services: InstanceServices) {
    table = HostTable(services: services, manifest: SourcePlugin.manifest("authority"))
  }
  deinit { session = nil }

  func admit(spec: [UInt8], status: [UInt8]) throws -> AdmitOutcome {
    switch try Admission.admit(
      spec: try JSON.parse(spec), status: try JSON.parse(status), host: Host(table.host))
    {
    case .admitted(let status): return .admitted(JSON.serialize(status.node))
    case .rejected(let problems):
      return .rejected(problems.map { AdmitNote(path: $0.path, message: $0.message) })
    }
  }

  func begin(_ parameters: VerifyParameters) throws -> VerifyAction {
    let session = BoundKeypairAuthority.VerifySession(
      .init(
        tokenName: parameters.tokenName, botName: parameters.botName,
        spec: try JSON.parse(parameters.spec),
        status: try JSON.parse(parameters.status), role: parameters.role,
        initMessage: parameters.initMessage, instanceID: parameters.instanceID,
        lockMessage: parameters.lockMessage), host: Host(table.host))
    self.session = session
    return try act { try session.begin() }
  }

  func step(_ field: UInt32, _ message: [UInt8]) throws -> VerifyAction {
    guard let session else { throw Misuse() }
    return try act { try session.step(field: field, solution: message) }
  }

  func gaveUp(_ text: String) throws -> VerifyAction {
    guard let session else { throw Misuse() }
    return try act { session.gaveUp(text: text) }
  }

  func conclude(_ instance: String) throws -> (status: [UInt8], result: [UInt8]) {
    guard let session else { throw Misuse() }
    self.session = nil
    do { return try session.conclude(instanceID: instance) } catch {
      throw SourcePlugin.failure(error)
    }
  }

  func confirmed(spec: [UInt8], status: [UInt8], instance: String) throws -> [UInt8] {
    JSON.serialize(TokenRecord.confirming(instance, try JSON.parse(status)))
  }

  private func act(_ body: () throws -> Verdict) throws -> VerifyAction {
    let verdict: Verdict
    do { verdict = try body() } catch { throw SourcePlugin.failure(error) }
    let kind: VerifyAction.Kind
    switch verdict {
    case .challenge(let field, let message): kind = .challenge(field: field, message: message)
    case .accept(let newInstance, let previous, let replaced, let attributes):
      kind = .accept(
        Acceptance(
          newInstance: newInstance, previousInstance: previous, replacedInstance: replaced ?? "",
          attributes: attributes))
    case .refuse(let refusal):
      let reason: VerifyRefusal.Class =
        refusal.code == 6 ? .accessDenied : refusal.code == 1 ? .badParameter : .unknown
      kind = .refuse(
        VerifyRefusal(
          reason: reason, message: refusal.message, audit: refusal.audit,
          locksToken: refusal.locksToken))
    }
    return VerifyAction(kind: kind, events: session?.events ?? [])
  }
}

struct Misuse: Error {}
