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
    /// Generation of the last certificate that was used; nil when nobody confirms joins of the method.
    var confirmed: Int64?
    /// When the record goes as it is stored now.
    var expires: Int64?

    var key: String { unchanged.key }
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
  ///
  /// - Parameter enforced: whether its generations are, and its joins therefore confirmed.
  func open(bot: String, previous: String, enforced: Bool) -> Entry {
    let id = UUID.random(random)
    return Entry(
      id: id, generation: 1, resource: BotInstanceResource(bot: bot, id: id, previous: previous),
      unchanged: .absent(BotInstanceResource.key(bot: bot, id: id)), confirmed: enforced ? 0 : nil)
  }

  /// A lineage whose newest join, which nobody has used, gives way to another one.
  ///
  /// - Returns: the record to store along with the other join; nil when the lineage is gone.
  func replace(bot: String, id: String) async throws(RPCError) -> Entry? {
    guard var stored = try await store.instance(bot: bot, id: id) else { return nil }
    stored.resource.replaceNewest()
    return Entry(
      id: id, generation: stored.resource.generation, resource: stored.resource,
      unchanged: stored.unchanged, expires: stored.record.expires)
  }

  /// The lineage of the caller's certificate.
  ///
  /// - Parameter enforced: whether a wrong generation is a mismatch; otherwise the lineage goes on
  ///   from what is stored.
  /// - Throws: `accessDenied` for a certificate without a generation.
  func proceed(
    _ caller: TLSIdentity, bot: String, enforced: Bool
  ) async throws(RPCError) -> Outcome {
    guard let stored = try await store.instance(bot: bot, id: caller.botInstanceID) else {
      if enforced {
        return .mismatch(GenerationMismatch(presented: caller.generation, stored: 0))
      }
      return .entry(open(bot: bot, previous: caller.botInstanceID, enforced: false))
    }
    guard caller.generation > 0 else {
      throw RPCError(
        .accessDenied,
        "a current identity generation must be provided; the certificate of instance "
          + "\(caller.botInstanceID) has none; remove the bot's stored identity and start it again")
    }
    var resource = stored.resource
    let (last, presented) = (resource.generation, Int64(clamping: caller.generation))
    var confirmed: Int64?
    if enforced {
      switch presented {
      case last where !resource.isReplaced(caller.generation): confirmed = last
      // The result of the join that followed was lost, or somebody else has it and has not used it.
      case resource.confirmedGeneration:
        confirmed = presented
        resource.replaceNewest()
      default: return .mismatch(GenerationMismatch(presented: caller.generation, stored: last))
      }
    }
    return .entry(
      Entry(
        id: caller.botInstanceID, generation: last + 1, resource: resource,
        unchanged: stored.unchanged, confirmed: confirmed, expires: stored.record.expires))
  }
}
