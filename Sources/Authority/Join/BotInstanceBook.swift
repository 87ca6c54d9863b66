import Credentials
import PluginHost
import Wire

/// Decides which lineage of certificates a join continues, and with which generation.
struct BotInstanceBook: Sendable {
  let store: Store
  let random: any RandomSource

  /// The lineage a join goes on with. Nothing is stored yet.
  struct Entry {
    var id: String
    var generation: Int64
    var resource: BotInstanceResource
    /// Holds while nobody has used the lineage since.
    var unchanged: Transaction.Assertion
  }

  /// Somebody uses a certificate that is not the lineage's last one.
  struct GenerationMismatch: Error {
    var presented: UInt64
    var stored: Int64
  }

  enum Outcome {
    case entry(Entry)
    case mismatch(GenerationMismatch)
  }

  /// A new lineage.
  func open(bot: String, previous: String) -> Entry {
    let id = UUID.random(random)
    return Entry(
      id: id, generation: 1, resource: BotInstanceResource(bot: bot, id: id, previous: previous),
      unchanged: .absent(BotInstanceResource.key(bot: bot, id: id)))
  }

  /// The lineage of the caller's certificate.
  ///
  /// - Parameter enforced: whether a wrong generation is a mismatch; otherwise the lineage goes on
  ///   from what is stored.
  /// - Throws: `accessDenied` for a certificate without a generation.
  func proceed(
    _ caller: TLSIdentity, bot: String, enforced: Bool
  ) async throws(RPCError) -> Outcome {
    let key = BotInstanceResource.key(bot: bot, id: caller.botInstanceID)
    guard let stored = try await store.instance(bot: bot, id: caller.botInstanceID) else {
      if enforced {
        return .mismatch(GenerationMismatch(presented: caller.generation, stored: 0))
      }
      return .entry(open(bot: bot, previous: caller.botInstanceID))
    }
    guard caller.generation > 0 else {
      throw RPCError(
        .accessDenied,
        "a current identity generation must be provided; the certificate of instance "
          + "\(caller.botInstanceID) has none")
    }
    let last = stored.resource.generation
    if enforced, caller.generation != UInt64(clamping: last) {
      return .mismatch(GenerationMismatch(presented: caller.generation, stored: last))
    }
    return .entry(
      Entry(
        id: caller.botInstanceID, generation: last + 1, resource: stored.resource,
        unchanged: .revision(key, stored.record.revision)))
  }
}
