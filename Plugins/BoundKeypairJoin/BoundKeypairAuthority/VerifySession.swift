import BoundKeypairMessages
public import Documents
import PluginABI
public import PluginKit

/// The authority's half of one join: the state machine of the method.
///
/// Proof of the key comes first, then locks, then the join state, then a due key rotation; only what
/// has passed all of them reaches `accept`. Nothing is stored here: `conclude` hands the new status to
/// the core.
public final class VerifySession {
  /// What the core knows of the join.
  public struct Request {
    public var botName: String
    public var spec: Node
    public var status: Node
    public var role: String
    public var initMessage: [UInt8]
    /// Bot instance of the caller's certificate, empty without one.
    public var instanceID: String
    public var lockMessage: String

    public init(
      botName: String, spec: Node, status: Node, role: String, initMessage: [UInt8],
      instanceID: String, lockMessage: String
    ) {
      self.botName = botName
      self.spec = spec
      self.status = status
      self.role = role
      self.initMessage = initMessage
      self.instanceID = instanceID
      self.lockMessage = lockMessage
    }
  }

  private enum Purpose {
    case initialKey, registeredKey, boundKey, rotatedKey
  }

  private enum Stage {
    case idle
    case challenged(Challenge, Purpose)
    case requested(Purpose)
    case accepted
  }

  private let host: Host
  private let request: Request
  private let spec: TokenSpec
  private var status: TokenStatus
  private let isReadable: Bool
  private var stage = Stage.idle
  private var newInstance = false
  private var previousInstance = ""
  /// Audit events since the last call, one JSON object each.
  public private(set) var events: [[UInt8]] = []

  public init(_ request: Request, host: Host) {
    self.host = host
    self.request = request
    spec = TokenSpec(request.spec)
    var problems: [SpecProblem] = []
    status = TokenStatus(request.status, &problems)
    isReadable = problems.isEmpty && request.status.members != nil
  }

  private var isAuthenticated: Bool { !request.instanceID.isEmpty }
  private var hasRecoveriesLeft: Bool { status.recoveryCount < spec.limit }

  /// What to do first.
  ///
  /// - Throws: a defect. What the peer sent and a parser did not take is a refusal.
  public func begin() throws(PluginError) -> Verdict {
    try orRefusal { () throws(PluginError) in try open() }
  }

  /// The client's `ChallengeSolution.<field>`.
  public func step(field: UInt32, solution: [UInt8]) throws(PluginError) -> Verdict {
    events = []
    return try orRefusal { () throws(PluginError) in try answered(field, solution) }
  }

  private func orRefusal(
    _ body: () throws(PluginError) -> Verdict
  ) throws(PluginError) -> Verdict {
    do {
      return try body()
    } catch let failure {
      guard failure.code == TENON_INVALID_ARGUMENT else { throw failure }
      return refuse(TENON_INVALID_ARGUMENT, failure.message)
    }
  }

  private func open() throws(PluginError) -> Verdict {
    guard request.role.sameBytes(as: "Bot") else {
      return refuse(TENON_INVALID_ARGUMENT, "bound keypair joining is only supported for bots")
    }
    guard let mode = spec.mode else {
      return refuse(TENON_INVALID_ARGUMENT, "invalid recovery mode " + spec.modeText.excerpt)
    }
    guard isReadable else { return badState() }
    guard status.recoveryCount < TokenStatus.maxRecoveryCount else {
      return refuse(
        TENON_REFUSED, "the token has counted as many recoveries as it can, recreate it")
    }
    if !status.boundPublicKey.isEmpty {
      guard !status.boundBotInstanceID.isEmpty else { return badState() }
      return try challenge(status.boundPublicKey, .boundKey)
    }
    if isAuthenticated {
      return refuse(
        TENON_INVALID_ARGUMENT,
        "cannot perform first bound keypair join with existing credentials; "
          + "remove the bot's stored identity and start it again")
    }
    if mode == .standard, !hasRecoveriesLeft { return noRecoveriesLeft() }
    if !spec.initialPublicKey.isEmpty {
      return try challenge(spec.initialPublicKey, .initialKey)
    }
    guard !status.registrationSecret.isEmpty else {
      return refuse(
        TENON_INVALID_ARGUMENT,
        "either an initial public key or registration secret is required; recreate the join token")
    }
    let message = try WireMessage(parsing: request.initMessage)
    let given = message[Field.initialJoinSecret]
    let isLate = try spec.mustRegisterBefore.map { limit throws(PluginError) in
      try host.unixSeconds() > limit
    }
    guard !given.isEmpty, isLate != true,
      equalInConstantTime(given, [UInt8](status.registrationSecret.utf8))
    else {
      return refuse(
        TENON_REFUSED,
        "a valid registration secret is required; check onboarding.bound_keypair."
          + "registration_secret against the token's status",
        audit: isLate == true
          ? "a valid registration secret is required: must_register_before has passed"
          : "a valid registration secret is required: the client sent "
            + (given.isEmpty ? "none" : "a wrong one"))
    }
    return try requestKey(.registeredKey)
  }

  private func answered(_ field: UInt32, _ solution: [UInt8]) throws(PluginError) -> Verdict {
    // A challenge and a request are answered at most once, whatever the host does after a refusal.
    let current = stage
    stage = .idle
    switch current {
    case .challenged(let challenge, let purpose):
      guard field == Field.challenge else { return unexpected(field) }
      let answer = try WireMessage(parsing: solution)[Field.only]
      if let rejected = try challenge.judge(answer, host: host) {
        return rejectedChallenge(rejected, purpose)
      }
      return try proven(challenge, purpose)
    case .requested(let purpose):
      guard field == Field.rotation else { return unexpected(field) }
      let line = try WireMessage(parsing: solution)[Field.only]
      return try offered(line, purpose)
    case .idle, .accepted: return unexpected(field)
    }
  }

  /// The client sent a reason in place of an answer.
  public func gaveUp(text: String) -> Verdict {
    events = []
    let current = stage
    stage = .idle
    let reason = "the client gave up: " + text.excerpt
    switch current {
    case .requested(let purpose): return refuseKey(purpose, TENON_REFUSED, reason)
    case .challenged(_, let purpose):
      return rejectedChallenge(
        Challenge.Rejected(code: TENON_REFUSED, message: reason), purpose)
    case .idle, .accepted: return refuse(TENON_REFUSED, reason)
    }
  }

  /// The status to commit and the fields to add to the bot result.
  public func conclude(
    instanceID: String
  ) throws(PluginError) -> (status: [UInt8], result: [UInt8]) {
    guard case .accepted = stage else {
      throw PluginError(TENON_INTERNAL, "the host concluded a join that was not accepted")
    }
    if newInstance { status.boundBotInstanceID = instanceID }
    var bound = WireMessage()
    bound.set(
      Field.resultJoinState,
      try JoinState.issue(status: status, spec: spec, botName: request.botName, host: host))
    bound.set(Field.resultPublicKey, status.boundPublicKey)
    return (JSON.serialize(status.node), single(Field.result, bound.encoded))
  }

  private func proven(
    _ challenge: Challenge, _ purpose: Purpose
  ) throws(PluginError) -> Verdict {
    switch purpose {
    case .initialKey, .registeredKey:
      if let locked = lockRefusal() { return locked }
      status.boundPublicKey = challenge.publicKey
      if case .registeredKey = purpose { status.registrationSecret = "" }
      try countRecovery()
      return try rotateOrAccept()
    case .boundKey: return try isAuthenticated ? rejoin() : recover()
    case .rotatedKey:
      status.boundPublicKey = challenge.publicKey
      status.lastRotatedAt = try host.unixSeconds()
      event("bound_keypair.rotation", success: true)
      return accept()
    }
  }

  private func rejoin() throws(PluginError) -> Verdict {
    if let locked = lockRefusal() { return locked }
    if let refused = try checkJoinState() { return refused }
    guard status.boundBotInstanceID.sameBytes(as: request.instanceID) else {
      return refuse(TENON_REFUSED, "bot instance mismatch")
    }
    return try rotateOrAccept()
  }

  private func recover() throws(PluginError) -> Verdict {
    if spec.mode == .standard, !hasRecoveriesLeft { return noRecoveriesLeft() }
    if let locked = lockRefusal() { return locked }
    if let refused = try checkJoinState() { return refused }
    try countRecovery()
    return try rotateOrAccept()
  }

  private func checkJoinState() throws(PluginError) -> Verdict? {
    guard status.recoveryCount > 0, spec.mode != .insecure else { return nil }
    let shown = try WireMessage(parsing: request.initMessage)[Field.previousJoinState]
    guard !shown.isEmpty else {
      return refuse(
        TENON_REFUSED,
        "join state verification failed: the client shows none although it has joined before",
        audit: "join state verification failed: the client showed none")
    }
    switch try JoinState.verify(shown, status: status, botName: request.botName, host: host) {
    case .valid(let instanceID):
      previousInstance = instanceID
      return nil
    case .invalid(let reason):
      event("bound_keypair.join_state_verification_failed", success: false, reason: reason)
      return .refuse(
        Refusal(
          code: TENON_REFUSED, message: "join state verification failed",
          audit: "a bot joining with this token failed to verify its join state (" + reason
            + "): either its storage was copied to another machine or restored from a backup",
          locksToken: true))
    }
  }

  private func rotateOrAccept() throws(PluginError) -> Verdict {
    if let due = spec.rotateAfter, due <= (try host.unixSeconds()),
      status.lastRotatedAt.map({ $0 < due }) ?? true
    {
      return try requestKey(.rotatedKey)
    }
    return accept()
  }

  private func accept() -> Verdict {
    stage = .accepted
    return .accept(newInstance: newInstance, previousInstance: previousInstance)
  }

  private func countRecovery() throws(PluginError) {
    status.recoveryCount += 1
    status.lastRecoveredAt = try host.unixSeconds()
    newInstance = true
    event("bound_keypair.recovery", success: true)
  }

  private func offered(_ line: [UInt8], _ purpose: Purpose) throws(PluginError) -> Verdict {
    let key: Keys.Key
    do {
      key = try host.keys.importPublic(line)
    } catch let failure {
      guard failure.code == TENON_INVALID_ARGUMENT else { throw failure }
      return refuseKey(purpose, TENON_INVALID_ARGUMENT, failure.message)
    }
    if case .rotatedKey = purpose, try isBound(key) {
      return refuseKey(
        purpose, TENON_INVALID_ARGUMENT, "public key may not be reused after rotation")
    }
    return try challenge(key, purpose)
  }

  /// Compared by the keys and not by how the client spelled its own.
  private func isBound(_ key: Keys.Key) throws(PluginError) -> Bool {
    let bound = try host.keys.importPublic([UInt8](status.boundPublicKey.utf8))
    return try key.authorizedKey().sameBytes(as: try bound.authorizedKey())
  }

  private func refuseKey(_ purpose: Purpose, _ code: Int32, _ message: String) -> Verdict {
    if case .rotatedKey = purpose { event("bound_keypair.rotation", success: false) }
    return refuse(code, context(purpose) + message)
  }

  /// Challenges a key of the token itself.
  private func challenge(_ line: String, _ purpose: Purpose) throws(PluginError) -> Verdict {
    try challenge(try host.keys.importPublic([UInt8](line.utf8)), purpose)
  }

  private func challenge(_ key: Keys.Key, _ purpose: Purpose) throws(PluginError) -> Verdict {
    let challenge = try Challenge(key: key, host: host)
    stage = .challenged(challenge, purpose)
    return .challenge(field: Field.challenge, message: challenge.message)
  }

  private func requestKey(_ purpose: Purpose) throws(PluginError) -> Verdict {
    stage = .requested(purpose)
    return .challenge(
      field: Field.rotation,
      message: single(Field.only, [UInt8](try host.clusterSuite().utf8)))
  }

  private func rejectedChallenge(_ rejected: Challenge.Rejected, _ purpose: Purpose) -> Verdict {
    switch purpose {
    case .initialKey:
      event("bound_keypair.recovery", success: false)
      return refuse(
        TENON_REFUSED, "failed to complete challenge",
        audit: "failed to complete challenge: " + rejected.message)
    case .boundKey:
      if !isAuthenticated { event("bound_keypair.recovery", success: false) }
      return refuse(rejected.code, "validating challenge response: " + rejected.message)
    case .registeredKey, .rotatedKey:
      return refuseKey(purpose, rejected.code, rejected.message)
    }
  }

  private func context(_ purpose: Purpose) -> String {
    if case .rotatedKey = purpose { return "requesting a new public key: " }
    return "requesting public key: "
  }

  private func lockRefusal() -> Verdict? {
    request.lockMessage.isEmpty ? nil : refuse(TENON_REFUSED, request.lockMessage)
  }

  private func badState() -> Verdict {
    refuse(TENON_INVALID_ARGUMENT, "bad backend state, please recreate the join token")
  }

  private func noRecoveriesLeft() -> Verdict {
    refuse(
      TENON_REFUSED,
      "no recovery attempts remaining; raise spec.bound_keypair.recovery.limit of the token")
  }

  private func unexpected(_ field: UInt32) -> Verdict {
    refuse(TENON_INVALID_ARGUMENT, "the client sent a message of an unexpected type")
  }

  private func refuse(_ code: Int32, _ message: String, audit: String? = nil) -> Verdict {
    .refuse(Refusal(code: code, message: message, audit: audit ?? message, locksToken: false))
  }

  private func event(_ name: String, success: Bool, reason: String = "") {
    var members: [(String, Node)] = [
      ("event", .text(name)), ("success", .flag(success)), ("bot", .text(request.botName)),
      ("public_key", .text(status.boundPublicKey)),
      ("recovery_count", .integer(status.recoveryCount)),
      ("recovery_mode", .text(spec.modeText)),
    ]
    if !reason.isEmpty { members.append(("error", .text(reason))) }
    events.append(JSON.serialize(.object(members)))
  }
}
