import Credentials
import Documents
import PluginHost
import Wire

/// What follows an accepted join: certificates, then one commit, then the result.
struct JoinCompletion {
  let cluster: ClusterCore
  let token: Store.Stored<TokenResource>
  let session: VerifySession
  let wish: CertificateWish
  /// JSON of what the method attests; may be empty.
  let attributes: [UInt8]
  /// Another instance whose newest join this one replaces.
  let replaced: BotInstanceBook.Entry?
  /// What no lock may aim at, besides the token and the lineage.
  let instances: [String]
  /// How often locks on others may come first.
  private static let attempts = 8

  /// Issues, commits and gives the message to send.
  ///
  /// - Throws: `accessDenied` when the bot is gone or a target is locked, be it at the last moment;
  ///   `compareFailed` when another join, or a change by an operator, was faster.
  func finish(_ lineage: BotInstanceBook.Entry) async throws(JoinRefusal) -> JoinResult {
    let name = token.resource.botName
    let store = cluster.store
    let bot = try await relay { () throws(RPCError) in try await store.bot(name) }
    // Somebody may have locked it since the verifier looked.
    let unlocked = try await unlocked(lineage)
    guard let bot else {
      throw JoinRefusal(
        .accessDenied,
        "the bot \(name) of this token does not exist; create it with `tctl create`")
    }
    let identity = identity(bot.resource, lineage)
    let issued: CertificateIssuer.Issued
    do {
      issued = try cluster.issuer.issue(
        CertificateIssuer.Request(
          identity: identity, logins: [], tlsKey: wish.tlsKey, sshKey: wish.sshKey,
          validity: wish.validity))
    } catch {
      throw JoinRefusal(error)
    }
    guard let tls = issued.tls, let ssh = issued.ssh else {
      throw JoinRefusal(.unknown, "no certificates were issued")
    }
    let concluded: (status: [UInt8], result: [UInt8])
    do {
      concluded = try await session.conclude(instanceID: lineage.id)
    } catch {
      throw error.refusal
    }
    try await commit(
      try transaction(bot, lineage, status: concluded.status), lineage, unlocked)
    let keys = cluster.keys
    return JoinResult(
      certificates: JoinCertificates(
        tls: tls.der,
        tlsAuthorities: [keys.userTLS.certificate.der, keys.hostTLS.certificate.der],
        ssh: ssh.blob,
        sshAuthorities: [keys.userSSH.key.publicKey.sshBlob, keys.hostSSH.key.publicKey.sshBlob]),
      fragment: concluded.result)
  }

  private func identity(_ bot: BotResource, _ lineage: BotInstanceBook.Entry) -> TLSIdentity {
    var identity = TLSIdentity(username: bot.userName, roles: [bot.userName])
    identity.traits = bot.traits
    identity.clusterName = cluster.keys.cluster
    identity.routeToCluster = cluster.keys.cluster
    identity.generation = UInt64(clamping: lineage.generation)
    identity.privateKeyPolicy = "none"
    identity.botName = bot.name
    identity.botInstanceID = lineage.id
    identity.joinToken = token.resource.name
    var members: [(String, Node)] = [
      (
        "meta",
        .object([
          ("join_token_name", .text(token.resource.name)),
          ("join_method", .text(token.resource.joinMethod)),
        ])
      )
    ]
    if let node = try? JSON.parse(attributes), node.members != nil {
      members.append((token.resource.joinMethod, node))
    }
    identity.joinAttributes = String(decoding: JSON.serialize(.object(members)), as: UTF8.self)
    return identity
  }

  /// Holds while nobody locks what joins.
  ///
  /// - Throws: `accessDenied` with the lock's message.
  private func unlocked(
    _ lineage: BotInstanceBook.Entry
  ) async throws(JoinRefusal) -> Transaction.Assertion {
    let store = cluster.store
    let locks = try await relay { () throws(RPCError) in try await store.locks() }
    let ids = [lineage.id] + instances
    let targets = ids.filter { !$0.isEmpty }.map { LockResource.Target.botInstance($0) }
    if let message = locks.message([.joinToken(token.resource.name)] + targets) {
      throw JoinRefusal(.accessDenied, message)
    }
    return locks.unchanged
  }

  /// What the join changes, on the condition that the verdict was reached with what is there.
  private func transaction(
    _ bot: Store.Stored<BotResource>, _ lineage: BotInstanceBook.Entry, status: [UInt8]
  ) throws(JoinRefusal) -> Transaction {
    let newStatus: Node
    do {
      newStatus = try JSON.parse(status)
    } catch {
      throw JoinRefusal(
        RPCError(.unknown, "the authority could not verify the join; its audit log says why"),
        audit: "the verifier gave a status that is no JSON: \(error.message)")
    }
    var lineage = lineage
    lineage.resource.authenticated(
      at: cluster.now, method: token.resource.joinMethod, token: token.resource.name,
      generation: lineage.generation, publicKey: wish.tlsKey.pem, confirmed: lineage.confirmed)
    var transaction = Transaction()
    transaction.assertions = [bot.unchanged, token.unchanged, lineage.unchanged]
    if newStatus != token.resource.methodStatus {
      let document = TokenResource.completed(
        token.node, method: token.resource.joinMethod, status: newStatus)
      transaction.put(
        token.record.key, JSON.serialize(document), expires: token.record.expires)
    }
    // As long as the certificate before may be used: this one may never arrive.
    let ends = wish.validity.notAfter + BotInstanceResource.marginSeconds
    transaction.put(
      lineage.key, JSON.serialize(lineage.resource.node),
      expires: max(ends, lineage.expires ?? ends))
    if let replaced {
      transaction.assertions.append(replaced.unchanged)
      transaction.put(
        replaced.key, JSON.serialize(replaced.resource.node), expires: replaced.expires)
    }
    return transaction
  }

  /// A lock is looked for in the commit itself, so that an operator who has been told of it can rely on
  /// it.
  private func commit(
    _ transaction: Transaction, _ lineage: BotInstanceBook.Entry,
    _ unlocked: Transaction.Assertion
  ) async throws(JoinRefusal) {
    var unlocked = unlocked
    for _ in 0..<Self.attempts {
      var transaction = transaction
      // First, so that whoever is locked out hears of the lock.
      transaction.assertions.insert(unlocked, at: 0)
      do {
        return try await cluster.store.backend.commit(transaction)
      } catch .conflict(unlocked.key) {
        unlocked = try await self.unlocked(lineage)
      } catch .conflict(let key) {
        throw raced(key)
      } catch {
        throw JoinRefusal(error.status)
      }
    }
    throw raced(unlocked.key)
  }

  private func raced(_ key: String) -> JoinRefusal {
    JoinRefusal(
      RPCError(.compareFailed, "committing updated token state, please try again"),
      audit: "another change of \(key) came first")
  }
}
