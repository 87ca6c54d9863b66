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

  /// What happens next, and who does it; `nil` is the copy of the first storage.
  struct Step: Sendable, CustomStringConvertible {
    var holder: Int
    var operation: Operation?

    var description: String { operation.map { "\(holder == 0 ? "A" : "B") \($0)" } ?? "copy" }
  }

  /// What a holder has done since the storage was copied.
  struct Deeds: Hashable, Sendable {
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

  var isCopied: Bool { holders.count == 2 }

  /// The steps that may follow.
  var steps: [Step] {
    var steps = isCopied ? [] : [Step(holder: 0, operation: nil)]
    for (index, holder) in holders.enumerated() {
      for operation in Operation.allCases
      where holder.certificate != nil || operation == .join || operation == .lose {
        steps.append(Step(holder: index, operation: operation))
      }
    }
    return steps
  }

  /// The world after a step, and what the authority refused it with.
  func after(
    _ step: Step, _ cluster: Cluster, _ agent: AgentHalf
  ) async throws -> (world: World, refusal: RPCError?) {
    var next = self
    guard let operation = step.operation else {
      next.holders.append(holders[0])
      next.deeds = [Deeds(), Deeds()]
      return (next, nil)
    }
    let index = step.holder
    cluster.backend.records = records
    var refusal: RPCError?
    do {
      switch operation {
      case .join, .lose:
        try await agent.join(&next.holders[index], cluster, stores: operation == .join)
        if deeds[index].holdsOwn { next.deeds[index].hasUsedOwn = true }
        if operation == .join { next.deeds[index].holdsOwn = true }
      case .use:
        _ = try await cluster.api.ping(peer: try #require(holders[index].peer))
        if deeds[index].holdsOwn { next.deeds[index].hasUsedOwn = true }
      case .expire: next.holders[index].certificate = nil
      }
    } catch let error as RPCError {
      refusal = error
    }
    if operation != .expire { next.deeds[index].hasActed = true }
    next.records = cluster.backend.records
    next.isLocked = !cluster.backend.list(LockResource.prefix).isEmpty
    return (next, refusal)
  }
}
