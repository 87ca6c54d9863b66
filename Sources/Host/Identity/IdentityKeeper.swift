import Credentials
import Daemon
import PluginHost
import Wire

/// Gets the agent's own identity, keeps it renewed, and lends it out.
///
/// Renewals never overlap: whoever asks while one is under way waits for that one.
actor IdentityKeeper {
  private let link: AuthorityLink
  private let store: IdentityStore
  private let staged: StagedStorage
  private let setup: JoinCeremony.Setup?
  private let configurationProblem: AgentFailure
  private let log: LineLog
  private let clock: any HostClock
  private let record: AgentRecord
  private let renewals: RenewalRequests
  private(set) var current: StoredIdentity?
  private var unsaved: Unsaved?
  /// What was said last of a method that cannot tell its allowances.
  private var allowanceProblem = ""
  private var renewal: Task<Result<Void, AgentFailure>, Never>?
  private var report: Task<Result<Void, AgentFailure>, Never>?

  /// - Parameters:
  ///   - setup: how to join; nil when nothing is configured, which is enough while a stored identity
  ///     is valid.
  ///   - missing: what to say when a join is needed and there is no setup.
  init(
    link: AuthorityLink, storage: StagedStorage, setup: JoinCeremony.Setup?, missing: AgentFailure,
    log: LineLog, clock: any HostClock, record: AgentRecord, renewals: RenewalRequests
  ) {
    self.link = link
    store = IdentityStore(storage: storage)
    staged = storage
    self.setup = setup
    configurationProblem = missing
    self.log = log
    self.clock = clock
    self.record = record
    self.renewals = renewals
  }

  private var now: Int64 { clock.wallNanoseconds / 1_000_000_000 }

  /// Loads what is stored and forgets it when another token is configured.
  func load() throws(AgentFailure) {
    switch try store.load() {
    case .none: current = nil
    case .unusable(let reason):
      log.warning("the stored identity is not usable, joining again", [("reason", reason)])
      current = nil
    case .identity(let identity):
      if let setup, let hash = identity.tokenHash,
        hash != StoredIdentity.tokenHash(of: setup.token)
      {
        log.info("another token is configured, joining again")
        return
      }
      current = identity
      record.holds(identity)
    }
  }

  /// Whether the identity can be used now.
  var isUsable: Bool {
    guard let current else { return false }
    return (try? current.check(at: now)) != nil
  }

  /// Seconds until the identity ends; nil without one.
  var secondsLeft: Int64? { current.map { $0.validity.notAfter - now } }

  /// The identity, as long as it can be used.
  func usable() throws(AgentFailure) -> StoredIdentity {
    guard let current else { throw AgentFailure("the agent has no identity yet", .retry) }
    do {
      try current.check(at: now)
    } catch {
      throw AgentFailure("the agent's own identity cannot be used: \(error.reason)", .retry)
    }
    return current
  }

  /// Joins again, over the authenticated connection while the identity is valid (joining.md A.8).
  ///
  /// The new identity is durable before anything else happens, and then shown to the authority, so
  /// that both sides know it arrived (docs/decisions/0006-confirmed-join-state.md).
  func renew() async throws(AgentFailure) {
    if let renewal { return try await renewal.value.get() }
    let task = Task { () async -> Result<Void, AgentFailure> in
      defer { renewal = nil }
      if let report { _ = await report.value }
      do throws(AgentFailure) {
        return .success(try await joinAgain())
      } catch {
        return .failure(error)
      }
    }
    renewal = task
    try await task.value.get()
  }

  /// Tells the authority something about this agent while no renewal is under way: both change what it
  /// remembers of the agent, and the slower one would be turned away.
  func report(
    _ send: @escaping @Sendable (StoredIdentity) async throws(AgentFailure) -> Void
  ) async throws(AgentFailure) {
    while let renewal { _ = await renewal.value }
    let identity = try usable()
    let task = Task { () async -> Result<Void, AgentFailure> in
      defer { report = nil }
      do throws(AgentFailure) {
        return .success(try await send(identity))
      } catch {
        return .failure(error)
      }
    }
    report = task
    try await task.value.get()
  }

  /// Ends what is under way, for an agent that stops. What a join has already given is kept all the same.
  func abandon() {
    renewal?.cancel()
    report?.cancel()
  }

  /// What a join gave and the disk did not take.
  private struct Unsaved {
    var identity: StoredIdentity
    var changes: [RecordChange]
  }

  private func joinAgain() async throws(AgentFailure) {
    renewals.served()
    try save()
    guard let setup else {
      guard let current, isUsable else {
        record.identityFailed(configurationProblem)
        throw configurationProblem
      }
      return record.identityIsGood(current)
    }
    let purpose: JoinParameters.Purpose =
      isUsable ? .refresh : current == nil ? .first : .recovery
    await tellAllowances(setup)
    do throws(AgentFailure) {
      record.joined(purpose, as: try await join(setup, purpose))
      await tellAllowances(setup)
    } catch {
      if !Task.isCancelled { record.joinFailed(purpose, error) }
      throw error
    }
  }

  /// A method that cannot tell what it may do keeps nobody from joining.
  private func tellAllowances(_ setup: JoinCeremony.Setup) async {
    do throws(PluginFailure) {
      record.holds(try await setup.method.allowances())
      allowanceProblem = ""
    } catch {
      let problem = "\(error)"
      guard problem != allowanceProblem else { return }
      allowanceProblem = problem
      log.warning(
        "the join method cannot tell what it may do a limited number of times",
        [("error", problem)])
    }
  }

  private func join(
    _ setup: JoinCeremony.Setup, _ purpose: JoinParameters.Purpose
  ) async throws(AgentFailure) -> StoredIdentity {
    let connection: Connection
    if let current, purpose == .refresh {
      connection = try await link.authenticated(current)
    } else {
      connection = try await link.anonymous()
    }
    log.debug("joining", [("address", "\(link.address)"), ("purpose", "\(purpose)")])
    let accepted: JoinCeremony.Accepted
    do {
      accepted = try await JoinCeremony(setup: setup, connection: connection).run(purpose)
    } catch {
      await connection.close()
      throw error
    }
    await connection.close()
    try await keep(accepted, setup)
    await confirm(accepted.identity)
    log.info(
      purpose == .refresh ? "identity renewed" : "joined",
      [
        ("cluster", accepted.identity.clusterName), ("bot", accepted.identity.identity.botName),
        ("bot_instance", accepted.identity.identity.botInstanceID),
        ("generation", "\(accepted.identity.identity.generation)"),
        ("valid_seconds", "\(accepted.identity.validity.notAfter - now)"),
      ])
    return accepted.identity
  }

  private func keep(
    _ accepted: JoinCeremony.Accepted, _ setup: JoinCeremony.Setup
  ) async throws(AgentFailure) {
    staged.hold()
    do {
      try await setup.method.finish(result: accepted.fragment, deadline: setup.callTimeout)
    } catch {
      _ = staged.release()
      throw AgentFailure(error)
    }
    unsaved = Unsaved(identity: accepted.identity, changes: staged.release())
    try save()
  }

  /// Makes durable what the last join gave, before it is used for anything, and before anybody joins
  /// again: a fault may have left on the disk either that or what was before, and whoever joins from the
  /// one while the next start finds the other looks like two machines.
  private func save() throws(AgentFailure) {
    guard let result = unsaved else { return }
    try store.save(result.identity, with: result.changes)
    unsaved = nil
    current = result.identity
  }

  /// The authority keeps what was before the join good until the new identity is first used. Nothing is
  /// lost if this call does not get through: the next one says the same.
  private func confirm(_ identity: StoredIdentity) async {
    do throws(AgentFailure) {
      try await link.ping(identity)
    } catch {
      guard !Task.isCancelled else { return }
      log.warning(
        "the authority was not told that the new identity arrived; the next call tells it",
        [("error", error.description)])
    }
  }
}
