import BoundKeypairMessages
import Documents
import PluginABI
public import PluginKit

/// The authority's half of one join: the state machine of the method.
///
/// Proof of the key comes first, then locks, then the join state, then a due key rotation; only what
/// has passed all of them reaches `accept`. Nothing is stored here: `conclude` hands the new status to
/// the core.
public final class VerifySession: JoinVerification {
  enum Purpose {
    case initialKey, registeredKey, boundKey, rotatedKey
  }

  enum Stage {
    case idle
    case challenged(Challenge, Purpose)
    case requested(Purpose)
    case accepted
  }

  let host: Host
  let request: Request
  let spec: TokenSpec
  /// The token as it is stored.
  let record: TokenRecord
  /// Where the client stands, and what this join makes of it.
  var status: TokenStatus
  /// What the client's join state says; nil when it shows none, or none was asked for.
  var shown: JoinState.Reading?
  var branch = Branch.newest
  /// The number in the join state this join was accepted with, nil without one.
  var acceptedSerial: Int64?
  /// What does not make sense in the token, empty for one that was admitted.
  let defects: [SpecProblem]
  var stage = Stage.idle
  var newInstance = false
  var previousInstance = ""
  /// Audit events since the last call, one JSON object each.
  public internal(set) var events: [[UInt8]] = []

  public init(_ request: Request, host: Host) {
    self.host = host
    self.request = request
    var problems: [SpecProblem] = []
    spec = TokenSpec(request.spec, &problems)
    record = TokenRecord(request.status, &problems)
    status = record.newest
    defects = problems
  }

  var isAuthenticated: Bool { !request.instanceID.isEmpty }
  var hasRecoveriesLeft: Bool { status.recoveryCount < spec.limit }

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

  func orRefusal(
    _ body: () throws(PluginError) -> Verdict
  ) throws(PluginError) -> Verdict {
    do {
      return try body()
    } catch let failure {
      guard failure.code == TENON_INVALID_ARGUMENT else { throw failure }
      return refuse(
        TENON_INVALID_ARGUMENT, failure.message,
        next: failure.hint.isEmpty ? "update the client" : failure.hint)
    }
  }

  func open() throws(PluginError) -> Verdict {
    guard request.role.sameBytes(as: "Bot") else {
      return refuse(
        TENON_INVALID_ARGUMENT, "bound keypair joining is only supported for bots",
        next: "join as a bot, or with a token of another method")
    }
    guard let mode = spec.mode else {
      return refuse(
        TENON_INVALID_ARGUMENT, "invalid recovery mode " + spec.modeText.excerpt,
        next: "on the authority: " + tctl("bound-keypair set ", " --mode standard"))
    }
    // A time or a limit that cannot be read must not become no time and no limit.
    if let defect = defects.first { return badState(defect) }
    guard status.recoveryCount < TokenStatus.maxRecoveryCount, status.serial < TokenStatus.maxSerial
    else {
      return refuse(
        TENON_REFUSED, "the token has counted as many joins as it can",
        next: "recreate it under another name: `tctl create`")
    }
    try chooseBranch()
    if !status.boundPublicKey.isEmpty {
      guard !status.boundBotInstanceID.isEmpty else {
        return badState(
          SpecProblem(
            path: "status.bound_bot_instance_id", message: "is empty although a key is bound"))
      }
      return try challenge(status.boundPublicKey, .boundKey)
    }
    if isAuthenticated {
      return refuse(
        TENON_INVALID_ARGUMENT,
        "cannot perform first bound keypair join with existing credentials",
        next: "remove the bot's stored identity and start it again")
    }
    if mode == .standard, !hasRecoveriesLeft { return noRecoveriesLeft() }
    if !spec.initialPublicKey.isEmpty {
      return try challenge(spec.initialPublicKey, .initialKey)
    }
    guard !status.registrationSecret.isEmpty else {
      return refuse(
        TENON_INVALID_ARGUMENT,
        "either an initial public key or registration secret is required",
        next: "the token gets a new secret by " + tctl("bound-keypair unbind "))
    }
    let message = try WireMessage(parsing: request.initMessage)
    let given = message[Field.initialJoinSecret]
    let isLate = try spec.mustRegisterBefore.map { limit throws(PluginError) in
      try host.unixSeconds() > limit
    }
    let isRight =
      !given.isEmpty && equalInConstantTime(given, [UInt8](status.registrationSecret.utf8))
    // Whoever registered in time and lost the answer has the key that was registered then, also when the
    // secret is no longer good or no longer there.
    if given.isEmpty || (isRight && isLate == true), case .predecessor = branch {
      return try challenge(record.newest.boundPublicKey, .registeredKey)
    }
    guard isRight, isLate != true else {
      let required = "a valid registration secret is required"
      return refuse(
        TENON_REFUSED, required,
        next:
          "compare onboarding.bound_keypair.registration_secret, which is sent until a join state "
          + "is stored, with status and must_register_before of the token: " + tctl("get token/"),
        audit: required + ": "
          + (isLate == true
            ? "must_register_before has passed"
            : given.isEmpty ? "the client sent none" : "the client sent a wrong one"))
    }
    return try requestKey(.registeredKey)
  }

  func answered(_ field: UInt32, _ solution: [UInt8]) throws(PluginError) -> Verdict {
    // A challenge and a request are answered at most once, whatever the host does after a refusal.
    let current = stage
    stage = .idle
    switch current {
    case .challenged(let challenge, let purpose):
      guard field == Field.challenge else { return unexpected(field) }
      let answer = try WireMessage(parsing: solution)[Field.only]
      if let rejected = try challenge.judge(answer, host: host) {
        return rejectedChallenge(rejected, challenge, purpose)
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
    case .challenged(let challenge, let purpose):
      return rejectedChallenge(
        Challenge.Rejected(code: TENON_REFUSED, message: reason), challenge, purpose)
    case .idle, .accepted:
      return refuse(TENON_REFUSED, reason, next: "its own log says what to do")
    }
  }

  /// The status to commit and the fields to add to the bot result.
  public func conclude(
    instanceID: String
  ) throws(PluginError) -> (status: [UInt8], result: [UInt8]) {
    guard case .accepted = stage else {
      throw PluginError(
        TENON_INTERNAL, "the host concluded a join that was not accepted",
        hint: "report this as a defect of the host")
    }
    var before = base
    // What the client goes on showing if this result is lost.
    before.serial = acceptedSerial ?? before.serial
    if newInstance { status.boundBotInstanceID = instanceID }
    status.serial = max(record.newest.serial, before.serial) + 1
    var bound = WireMessage()
    bound.set(
      Field.resultJoinState,
      try JoinState.issue(status: status, spec: spec, botName: request.botName, host: host))
    bound.set(Field.resultPublicKey, status.boundPublicKey)
    let next = TokenRecord(newest: status, predecessor: spec.mode == .insecure ? nil : before)
    return (JSON.serialize(next.node), single(Field.result, bound.encoded))
  }

  func requestKey(_ purpose: Purpose) throws(PluginError) -> Verdict {
    stage = .requested(purpose)
    return .challenge(
      field: Field.rotation,
      message: single(Field.only, [UInt8](try host.clusterSuite().utf8)))
  }
}
