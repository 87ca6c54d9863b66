import Credentials
import Daemon
import Documents
import PluginHost
import Wire

/// One configured output: plans, gathers, renders and writes, each time all of it or nothing.
struct OutputService: Sendable {
  let configuration: ServiceConfiguration
  let instance: OutputInstance
  let destination: any Destination
  let link: AuthorityLink
  let clock: any HostClock
  let log: LineLog
  let record: AgentRecord

  var name: String { configuration.name }

  /// Writes one generation of files for the identity.
  func run(_ identity: StoredIdentity) async throws(AgentFailure) {
    let plan: OutputPlan
    do {
      plan = try OutputPlan(try await instance.plan())
    } catch let failure as PluginFailure {
      throw AgentFailure(failure)
    } catch let failure as AgentFailure {
      throw failure
    } catch {
      throw AgentFailure("\(error)", .local)
    }
    log.debug(
      "asking for credentials",
      [("service", name), ("requests", plan.requests.map(\.id).joined(separator: ","))])
    let connection = try await link.authenticated(identity)
    let answers: Node
    do {
      answers = try await CredentialGatherer(
        link: link, identity: identity, connection: connection,
        ttlSeconds: configuration.lifetime.ttlSeconds, clock: clock
      ).gather(plan)
    } catch {
      await connection.close()
      throw error
    }
    await connection.close()
    let artifacts: [Artifact]
    do {
      artifacts = try await instance.render(
        credentials: JSON.serialize(document(answers, identity)))
    } catch {
      throw AgentFailure(error)
    }
    do {
      try destination.writeAll(artifacts)
      record.wrote(name, true)
    } catch {
      record.wrote(name, false)
      throw AgentFailure(error)
    }
    log.info(
      "output written",
      [("service", name), ("files", "\(artifacts.count)"), ("destination", target)])
  }

  private func document(_ answers: Node, _ identity: StoredIdentity) -> Node {
    .object([
      ("cluster", .text(identity.clusterName)),
      ("agent", .object([("path", .text(Program.path ?? ""))])),
      ("destination", destinationNode), ("credentials", answers),
    ])
  }

  private var destinationNode: Node {
    switch configuration.destination {
    case .directory(let path, _):
      .object([("kind", .text("directory")), ("path", .text(Program.absolute(path)))])
    case .memory: .object([("kind", .text("memory"))])
    }
  }

  private var target: String {
    switch configuration.destination {
    case .directory(let path, _): path
    case .memory: "memory"
    }
  }
}
