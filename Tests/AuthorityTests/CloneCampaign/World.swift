import Credentials
import Documents
import Testing
import Wire

@testable import Authority

/// One moment of the campaign: the authority's database, and who has which storage.
struct World: Sendable {
  enum Operation: CaseIterable, Sendable {
    /// Joins, and the result arrives.
    case join
    /// Joins, and the result is lost.
    case lose
    /// Makes a call with the certificate.
    case use
    /// The certificate ends.
    case expire
  }

  /// What happens next.
  enum Step: Sendable, CustomStringConvertible {
    case act(Int, Operation)
    /// Somebody copies the first storage.
    case copy
    /// The operator asks for a new key.
    case askForRotation

    var description: String {
      switch self {
      case .act(let holder, let operation): "\(holder == 0 ? "A" : "B") \(operation)"
      case .copy: "copy"
      case .askForRotation: "ask for a rotation"
      }
    }

    var isJoin: Bool {
      guard case .act(_, let operation) = self else { return false }
      return operation == .join || operation == .lose
    }
  }

  /// What a holder has done since the storage was copied.
  struct Deeds: Sendable {
    /// It joined or made a call.
    var hasActed = false
    /// The result it holds is of its own join since then.
    var holdsOwn = false
    /// It used a result of its own, by a call or by another join.
    var hasUsedOwn = false
  }

  var records: RecordTable
  /// One until the storage is copied, then two.
  var holders = [Holder()]
  var deeds = [Deeds()]
  var isLocked = false
  /// What the clock shows: it stands still, except that each request for a rotation takes a second.
  var now = ManualClock.start

  var isCopied: Bool { holders.count == 2 }

  /// The steps that may follow.
  var steps: [Step] {
    var steps: [Step] = isCopied ? [] : [.copy]
    if !isLocked { steps.append(.askForRotation) }
    for (index, holder) in holders.enumerated() {
      for operation in Operation.allCases
      where holder.certificate != nil || operation == .join || operation == .lose {
        steps.append(.act(index, operation))
      }
    }
    return steps
  }

  /// The world after a step, and what the authority refused it with.
  func after(
    _ step: Step, _ cluster: Cluster, _ agent: AgentHalf
  ) async throws -> (world: World, refusal: RPCError?) {
    var next = self
    cluster.backend.records = records
    if case .askForRotation = step { next.now += 1 }
    cluster.clock.advance(next.now - cluster.clock.now)
    var refusal: RPCError?
    switch step {
    case .copy:
      next.holders.append(holders[0])
      next.deeds = [Deeds(), Deeds()]
    case .askForRotation: try await cluster.askForRotation()
    case .act(let index, let operation):
      do {
        try await next.act(index, operation, cluster, agent)
        if operation != .expire, deeds[index].holdsOwn { next.deeds[index].hasUsedOwn = true }
      } catch let error as RPCError {
        refusal = error
      }
      if operation != .expire { next.deeds[index].hasActed = true }
    }
    next.records = cluster.backend.records
    next.isLocked = !cluster.backend.list(LockResource.prefix).isEmpty
    return (next, refusal)
  }

  private mutating func act(
    _ index: Int, _ operation: Operation, _ cluster: Cluster, _ agent: AgentHalf
  ) async throws {
    switch operation {
    case .join:
      try await agent.join(&holders[index], cluster, stores: true)
      deeds[index].holdsOwn = true
    case .lose: try await agent.join(&holders[index], cluster, stores: false)
    case .use: _ = try await cluster.api.ping(peer: try #require(holders[index].peer))
    case .expire: holders[index].certificate = nil
    }
  }
}
