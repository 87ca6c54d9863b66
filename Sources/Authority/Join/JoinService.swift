import PluginHost
import Wire

/// The join service of the authority: who may join is the verifier plugin's word, everything else is
/// decided here.
struct JoinService: JoinHandler {
  let cluster: ClusterCore

  func join(_ stream: any JoinServerStream, peer: Peer) async throws(RPCError) {
    let start = cluster.clock.monotonicNanoseconds
    var attempt = JoinAttempt(cluster: cluster, stream: stream, peer: peer)
    do {
      try await attempt.run()
      report(attempt.facts, nil, peer, start)
    } catch {
      report(attempt.facts, error, peer, start)
      throw error.shown
    }
  }

  private func report(
    _ facts: JoinFacts, _ refusal: JoinRefusal?, _ peer: Peer, _ start: UInt64
  ) {
    cluster.record.joined(facts, refusal, since: start)
    cluster.audit.write("bot.join", facts.fields(refusal, peer))
  }
}
