import Documents
import Foundation
import PluginKit
import TPMAuthority

@testable import PluginHost

/// The authority half, as it builds for the tests or as it ships.
protocol Verifier: AnyObject {
  func admit(spec: [UInt8], status: [UInt8]) async throws -> AdmitOutcome
  func begin(_ parameters: VerifyParameters) async throws -> VerifyAction
  func step(_ field: UInt32, _ message: [UInt8]) async throws -> VerifyAction
  func gaveUp(_ text: String) async throws -> VerifyAction
  func conclude() async throws -> (status: [UInt8], result: [UInt8])
  func close() async
}

struct Misuse: Error {}

final class SourceVerifier: Verifier {
  private let table: HostTable
  private var session: TPMAuthority.VerifySession?

  init(_ services: InstanceServices) {
    table = HostTable(
      services: services,
      manifest: PluginManifest(
        id: "authority", version: "0.1.0", abi: ABIVersion(major: 0, minor: 1), summary: "source",
        runtime: "swift-embedded", isPinned: false, capabilities: [], needs: [], records: [],
        joinMethod: nil, joinVerifier: nil, output: nil, commands: []))
  }
  /// The session wipes its secret through the table.
  deinit { session = nil }

  func admit(spec: [UInt8], status: [UInt8]) throws -> AdmitOutcome {
    switch try Admission.admit(
      spec: try JSON.parse(spec), status: try JSON.parse(status), host: Host(table.host))
    {
    case .admitted(let status): return .admitted(JSON.serialize(status))
    case .rejected(let problems):
      return .rejected(problems.map { AdmitNote(path: $0.path, message: $0.message) })
    }
  }

  func begin(_ parameters: VerifyParameters) throws -> VerifyAction {
    let session = TPMAuthority.VerifySession(
      .init(
        botName: parameters.botName, spec: try JSON.parse(parameters.spec),
        status: parameters.status, initMessage: parameters.initMessage,
        instanceID: parameters.instanceID, lockMessage: parameters.lockMessage),
      host: Host(table.host))
    self.session = session
    return action(try session.begin())
  }

  func step(_ field: UInt32, _ message: [UInt8]) throws -> VerifyAction {
    guard let session else { throw Misuse() }
    return action(try session.step(field: field, solution: message))
  }

  func gaveUp(_ text: String) throws -> VerifyAction {
    guard let session else { throw Misuse() }
    return action(session.gaveUp(text: text))
  }

  func conclude() throws -> (status: [UInt8], result: [UInt8]) {
    guard let session else { throw Misuse() }
    self.session = nil
    return try session.conclude(instanceID: "")
  }

  func close() { session = nil }

  private func action(_ verdict: Verdict) -> VerifyAction {
    let kind: VerifyAction.Kind
    switch verdict {
    case .challenge(let field, let message): kind = .challenge(field: field, message: message)
    case .accept(let newInstance, let previousInstance, _, let attributes):
      kind = .accept(
        Acceptance(
          newInstance: newInstance, previousInstance: previousInstance, attributes: attributes))
    case .refuse(let refusal):
      kind = .refuse(
        VerifyRefusal(
          reason: refusal.code == 6 ? .accessDenied : refusal.code == 1 ? .badParameter : .unknown,
          message: refusal.message, audit: refusal.audit, locksToken: false))
    }
    return VerifyAction(kind: kind, events: session?.events ?? [])
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

  func conclude() async throws -> (status: [UInt8], result: [UInt8]) {
    guard let session else { throw Misuse() }
    self.session = nil
    return try await session.conclude(instanceID: "instance")
  }

  func close() async {
    await session?.abort()
    session = nil
  }
}
