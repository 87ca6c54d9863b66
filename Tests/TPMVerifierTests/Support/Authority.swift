import Documents
import PluginHost
import PluginKit
import TPMMessages
import TPMStructures

/// The core of an authority around the authority half: one token.
final class Authority {
  let build: Build
  let clock = TestClock()
  let log = LogBook()
  /// `spec.tpm`
  var spec: Node
  var instanceID = ""
  var lockMessage = ""
  private(set) var events: [Node] = []
  private let random = TestRandom()
  private var verifier: (any Verifier)?

  init(_ build: Build, spec: Node = .object([])) {
    self.build = build
    self.spec = spec
  }

  /// A token that allows this endorsement key.
  convenience init(_ build: Build, allowing tpm: SoftTPM, authorities: [String] = []) {
    self.init(build)
    spec = Token.spec(
      [[("ek_public_hash", Hex.text(Digest.of(tpm.endorsement.publicKeyInfo)))]],
      authorities: authorities)
  }

  /// What became of one join.
  enum Outcome {
    case accepted(newInstance: Bool, attributes: Node)
    case refused(VerifyRefusal)

    var refusal: VerifyRefusal? {
      if case .refused(let refusal) = self { return refusal }
      return nil
    }
    var attributes: Node? {
      if case .accepted(_, let attributes) = self { return attributes }
      return nil
    }
  }

  private func open() async throws -> any Verifier {
    if let verifier { return verifier }
    let made = try await build.verifier(InstanceServices(random: random, clock: clock, log: log))
    verifier = made
    return made
  }

  func admit(_ spec: Node, status: Node = .object([])) async throws -> AdmitOutcome {
    try await open().admit(spec: JSON.serialize(spec), status: JSON.serialize(status))
  }

  func notes(_ spec: Node, status: Node = .object([])) async throws -> [AdmitNote] {
    switch try await admit(spec, status: status) {
    case .admitted: return []
    case .rejected(let notes): return notes
    }
  }

  /// The first message of a join.
  func begin(_ message: [UInt8]) async throws -> VerifyAction {
    let action = try await open().begin(
      VerifyParameters(
        tokenName: "my-bot-token", botName: "example", spec: JSON.serialize(spec),
        status: Array("{}".utf8), role: "Bot", initMessage: message, instanceID: instanceID,
        lockMessage: lockMessage))
    try keep(action)
    return action
  }

  func step(_ field: UInt32, _ message: [UInt8]) async throws -> VerifyAction {
    let action = try await open().step(field, message)
    try keep(action)
    return action
  }

  func gaveUp(_ text: String) async throws -> VerifyAction {
    let action = try await open().gaveUp(text)
    try keep(action)
    return action
  }

  func conclude() async throws -> (status: [UInt8], result: [UInt8]) {
    try await open().conclude()
  }

  /// A whole join: `answer` makes the solution of a credential, nil when it cannot.
  func join(
    _ message: [UInt8], answer: (EncryptedCredential) -> [UInt8]?
  ) async throws -> Outcome {
    let first = try await begin(message)
    guard case .challenge(let field, let bytes) = first.kind else { return try outcome(first) }
    guard field == Field.encryptedCredential else { throw Misuse() }
    guard let solution = answer(try EncryptedCredential(parsing: bytes)) else {
      return try outcome(try await gaveUp("activating the credential failed"))
    }
    let second = try await step(Field.solution, CredentialSolution(secret: solution).encoded)
    let outcome = try outcome(second)
    if outcome.refusal == nil { _ = try await conclude() }
    return outcome
  }

  /// A join of a machine that tells the truth, unless its evidence lies.
  func join(_ tpm: SoftTPM, _ evidence: AttestationInit? = nil) async throws -> Outcome {
    try await join((evidence ?? tpm.evidence()).encoded) { tpm.activate($0) }
  }

  func outcome(_ action: VerifyAction) throws -> Outcome {
    switch action.kind {
    case .challenge: throw Misuse()
    case .accept(let accepted):
      return .accepted(
        newInstance: accepted.newInstance, attributes: try JSON.parse(accepted.attributes))
    case .refuse(let refusal): return .refused(refusal)
    }
  }

  func close() async { await verifier?.close() }

  private func keep(_ action: VerifyAction) throws {
    for event in action.events { events.append(try JSON.parse(event)) }
  }
}

/// Makes `spec.tpm`.
enum Token {
  static func spec(_ rules: [[(String, String)]], authorities: [String] = []) -> Node {
    var members: [(String, Node)] = [
      ("allow", .array(rules.map { .object($0.map { ($0.0, .text($0.1)) }) }))
    ]
    if !authorities.isEmpty {
      members.append(("ekcert_allowed_cas", .array(authorities.map { .text($0) })))
    }
    return .object(members)
  }
}
