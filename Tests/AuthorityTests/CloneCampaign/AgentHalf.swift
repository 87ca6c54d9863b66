import Credentials
import PluginHost
import Synchronization
import Wire

/// The agent half as it ships, on a disk that a test puts in and takes out.
final class AgentHalf: Sendable {
  private final class Disk: RecordStorage {
    private let records = Mutex<[String: [UInt8]]>([:])

    var content: [String: [UInt8]] {
      get { records.withLock { $0 } }
      set { records.withLock { $0 = newValue } }
    }

    func get(_ name: String) -> [UInt8]? {
      records.withLock { $0[name].flatMap { $0.isEmpty ? nil : $0 } }
    }

    func putAll(_ changes: [RecordChange]) {
      records.withLock { records in
        for change in changes { records[change.name] = change.value }
      }
    }
  }

  private struct Silence: PluginLog {
    func isEnabled(_ level: PluginLogLevel) -> Bool { false }
    func write(
      _ level: PluginLogLevel, _ message: String, _ fields: [(key: String, value: String)]
    ) {}
  }

  private let method: JoinMethodInstance
  private let disk = Disk()
  private let identityKey: PrivateKey
  private static let limit: Duration = .seconds(30)

  init(secret: String, clock: any HostClock) async throws {
    identityKey = try PrivateKey.generate(.ecdsaP256)
    method = try await JoinMethodInstance(
      try LoadedPlugin(try VerifierFolder.catalog().joinMethod("bound_keypair")),
      services: InstanceServices(
        config: ["registration_secret": .secret(secret)], storage: disk, clock: clock,
        log: Silence()))
  }

  func close() async { await method.close() }

  /// One join of a holder.
  ///
  /// - Parameter stores: whether the result arrives. What the method writes before it answers is on the
  ///   disk either way.
  /// - Throws: what the authority refuses with.
  func join(_ holder: inout Holder, _ cluster: Cluster, stores: Bool) async throws {
    disk.content = holder.disk
    let (method, key, now) = (method, identityKey, cluster.clock.now)
    let params = ClientParams(
      publicTLSKey: key.publicKey.pkixDER, publicSSHKey: key.publicKey.sshBlob,
      expiresUnixSeconds: now + 3600)
    let stream = ScriptedStream { sent throws(RPCError) in
      do throws(PluginFailure) {
        switch sent.last {
        case nil: return .initialize(ClientInit(method: "bound_keypair", tokenName: "gate"))
        case .initialized:
          return .method(
            field: 3, params: params,
            fragment: try await method.begin(
              JoinParameters(
                purpose: .first, suite: "balanced-v1", tokenName: "gate",
                publicTLSKey: params.publicTLSKey, publicSSHKey: params.publicSSHKey),
              deadline: Self.limit))
        case .challenge(let field, let message):
          let answer = try await method.step(field: field, message: message, deadline: Self.limit)
          return .solution(field: answer.field, message: answer.message)
        case .result: return nil
        }
      } catch {
        return .givingUp(reason: .solutionFailed, text: error.message)
      }
    }
    do {
      let joined = try await cluster.join(stream, as: holder.peer ?? Cluster.stranger)
      if stores {
        try await method.finish(result: joined.result.fragment, deadline: Self.limit)
        holder.certificate = joined.tls
      } else {
        await method.abort()
      }
      holder.disk = disk.content
    } catch {
      await method.abort()
      holder.disk = disk.content
      throw error
    }
  }
}
