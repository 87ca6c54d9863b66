import Credentials
import PluginHost
import Wire

/// Whether the authority can be reached the way the agent would, up to a join.
struct AuthorityExamination {
  let configuration: AgentConfiguration
  let clock: any HostClock

  /// - Parameter identity: one that can be used now, to be shown to the authority.
  func examine(with identity: StoredIdentity?) async -> [DoctorRow] {
    let link = AuthorityLink(configuration, clock: clock)
    var rows: [DoctorRow] = []
    switch configuration.server {
    case .proxy(let address):
      rows.append(
        await row("authority") { () async throws(AgentFailure) in
          let found = try await link.discovery(at: address, trusting: identity)
          return "\(address) serves the cluster \(found.clusterName), "
            + "version \(found.serverVersion)"
        })
    case .auth(let address) where identity == nil:
      rows.append(
        await row("authority") { () async throws(AgentFailure) in
          await (try await link.anonymous()).close()
          return "\(address) is the authority that is meant, and answers"
        })
    case .auth: break
    }
    guard let identity else { return rows }
    rows.append(
      await row("authority identity") { () async throws(AgentFailure) in
        let connection = try await link.authenticated(identity)
        let reply: PingReply
        do throws(RPCError) {
          reply = try await connection.ping()
        } catch {
          await connection.close()
          throw AgentFailure(error, doing: "\(link.address) does not take the stored identity")
        }
        await connection.close()
        return "\(link.address) takes the stored identity, version \(reply.serverVersion)"
      })
    return rows
  }

  private func row(
    _ name: String, _ ask: () async throws(AgentFailure) -> String
  ) async -> DoctorRow {
    let start = clock.monotonicNanoseconds
    var row: DoctorRow
    do throws(AgentFailure) {
      row = DoctorRow(name, .passed, try await ask())
    } catch {
      row = DoctorRow(name, failed: error)
    }
    let end = clock.monotonicNanoseconds
    row.duration = .nanoseconds(Int64(clamping: end < start ? 0 : end - start))
    return row
  }
}
