import Credentials
import Documents
import PluginHost

/// The core of an authority around the authority half: one token, its status, its locks and its bot
/// instances, kept by the rules of the protocol.
final class Cluster {
  let build: Build
  let clock = TestClock()
  let log = LogBook()
  let random = TestRandom()
  var name = "example.com"
  var suite = "balanced-v1"
  var botName = "test"
  var role = "Bot"
  var authority: TestAuthority
  /// `spec.bound_keypair` and `status.bound_keypair`.
  var spec = Node.object([("recovery", .object([("mode", .text("insecure"))]))])
  var status = Node.object([])
  var locks: [String] = []
  private(set) var generations: [String: Int] = [:]
  private(set) var events: [Node] = []

  init(_ build: Build) throws {
    self.build = build
    authority = try TestAuthority()
    clock.now += 3600
  }

  var services: InstanceServices {
    InstanceServices(
      random: random, clock: clock, log: log, cluster: ClusterView(name: name, suite: suite),
      authority: authority)
  }

  /// What became of one join.
  struct Attempt {
    var challenges = 0
    var rotations = 0
    var refusal: VerifyRefusal?
    /// The bot instance and its generation, when the join succeeded.
    var instance = ""
    var generation = 0
    var isNew = false
    var previousInstance = ""
    var replacedInstance = ""
    var events: [Node] = []
    /// Why the client gave up or could not store the result.
    var clientFailure: (any Error)?

    var joined: Bool { refusal == nil && clientFailure == nil }
    func event(_ name: String) -> Node? {
      events.first { $0["event"]?.string == "bound_keypair." + name }
    }
  }

  /// Creates or replaces the token, as `tctl create` does.
  func admit(_ spec: Node, status: Node = .object([])) async throws -> [AdmitNote] {
    let verifier = try await build.verifier(services)
    switch try await verifier.admit(spec: JSON.serialize(spec), status: JSON.serialize(status)) {
    case .admitted(let stored):
      self.spec = spec
      self.status = try JSON.parse(stored)
      return []
    case .rejected(let notes): return notes
    }
  }

  /// One join from the client's init message to the stored result.
  func join(
    _ client: any Client, certificate: String = "", isResultLost: Bool = false
  ) async throws -> Attempt {
    var attempt = Attempt()
    let initMessage: [UInt8]
    do { initMessage = try await client.begin(suite: suite) } catch {
      attempt.clientFailure = error
      return attempt
    }
    let verifier = try await build.verifier(services)
    var action = try await verifier.begin(
      VerifyParameters(
        tokenName: "example", botName: botName, spec: JSON.serialize(spec),
        status: JSON.serialize(status), role: role, initMessage: initMessage,
        instanceID: certificate, lockMessage: locks.first ?? ""))
    while true {
      attempt.events += try action.events.map { try JSON.parse($0) }
      switch action.kind {
      case .challenge(let field, let message):
        if field == 1 { attempt.challenges += 1 } else { attempt.rotations += 1 }
        do {
          let answer = try await client.step(field, message)
          action = try await verifier.step(answer.0, answer.1)
        } catch {
          attempt.clientFailure = error
          action = try await verifier.gaveUp("\(error)")
        }
      case .refuse(let refusal):
        attempt.refusal = refusal
        if refusal.locksToken { locks.append(refusal.audit) }
        await client.abort()
        events += attempt.events
        return attempt
      case .accept(let accepted):
        attempt.isNew = accepted.newInstance
        attempt.previousInstance = accepted.previousInstance
        attempt.replacedInstance = accepted.replacedInstance
        attempt.instance =
          accepted.newInstance ? "instance-\(generations.count + 1)" : certificate
        generations[attempt.instance, default: 0] += 1
        attempt.generation = generations[attempt.instance] ?? 0
        let concluded = try await verifier.conclude(attempt.instance)
        status = try JSON.parse(concluded.status)
        events += attempt.events
        if isResultLost {
          await client.abort()
        } else {
          do { try await client.finish(concluded.result) } catch { attempt.clientFailure = error }
        }
        return attempt
      }
    }
  }

  /// A join of a machine, which keeps the certificate it gets.
  func join(_ machine: inout Machine, isResultLost: Bool = false) async throws -> Attempt {
    machine.clock.now = clock.now
    try await use(machine)
    let attempt = try await join(
      try await build.agent(machine.services), certificate: machine.certificate,
      isResultLost: isResultLost)
    if attempt.joined, !isResultLost {
      (machine.certificate, machine.generation) = (attempt.instance, attempt.generation)
    }
    return attempt
  }

  /// A call with the certificate of a machine. It confirms the join the certificate came from, if that is
  /// the newest of its instance.
  func use(_ machine: Machine) async throws {
    guard !machine.certificate.isEmpty, generations[machine.certificate] == machine.generation
    else { return }
    status = try JSON.parse(
      try await build.verifier(services).confirmed(
        spec: JSON.serialize(spec), status: JSON.serialize(status), instance: machine.certificate))
  }

  /// A join state as this cluster signs it, with the changes of a test.
  func joinState(
    sequence: Int64, instance: String, signedBy key: PrivateKey? = nil, keyID: String? = nil,
    changing claims: (Node) -> Node = { $0 }
  ) throws -> [UInt8] {
    let key = key ?? authority.active
    let node = Node.object([
      ("iss", .text(name)), ("sub", .text(botName)), ("aud", .text(name)),
      ("nbf", .integer(clock.now - 10)), ("iat", .integer(clock.now)),
      ("bot_instance_id", .text(instance)), ("recovery_sequence", .integer(sequence)),
      ("recovery_limit", .integer(1)), ("recovery_mode", .text("standard")),
    ])
    return try Token.sign(
      JSON.serialize(claims(node)), with: key, keyID: keyID ?? key.publicKey.keyID)
  }
}

extension Node {
  /// A map with the member at a dotted path set.
  func with(_ path: String, _ value: Node) -> Node {
    let words = path.split(separator: ".", maxSplits: 1).map(String.init)
    guard words.count == 2 else { return setting(path, value) }
    return setting(words[0], (self[words[0]] ?? .object([])).with(words[1], value))
  }
}
