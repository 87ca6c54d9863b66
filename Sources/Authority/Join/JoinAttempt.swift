import Credentials
import Documents
import PluginHost
import Wire

/// One join, from its first message to its result.
struct JoinAttempt {
  let cluster: ClusterCore
  let stream: any JoinServerStream
  let peer: Peer

  private(set) var facts = JoinFacts()

  init(cluster: ClusterCore, stream: any JoinServerStream, peer: Peer) {
    self.cluster = cluster
    self.stream = stream
    self.peer = peer
  }

  mutating func run() async throws(JoinRefusal) {
    let hello = try await receiveHello()
    var token = try await findToken(hello)
    let method = token.resource.joinMethod
    let stream = stream
    try await relay { () throws(RPCError) in
      try await stream.sendInit(
        ServerInit(method: method, signatureSuite: cluster.keys.suite.rawValue))
    }
    let entry: VerifierCatalog.Entry
    do {
      entry = try cluster.verifiers.entry(method)
    } catch {
      throw JoinRefusal(
        RPCError(
          .notImplemented,
          "this authority does not serve the join method \(method); its audit log says which plugin to "
            + "install"),
        audit: error.description)
    }
    let (params, fragment) = try await receiveMethod(entry.declaration)
    let wish = try CertificateWish(params, now: cluster.now)
    let caller = try await self.caller()
    facts.instance = caller?.botInstanceID ?? ""
    if let caller, try await isFirstUse(caller) { token = try await reload(token) }
    let accepted = try await JoinVerification(
      cluster: cluster, stream: stream, token: token, verifier: entry, caller: caller, wish: wish
    ).run(fragment)
    (facts.instance, facts.generation) = (accepted.lineage.id, accepted.lineage.generation)
    do {
      try await stream.sendResult(accepted.result)
    } catch {
      throw JoinRefusal(
        error, audit: "certificates were issued, but could not be delivered: \(error.message)")
    }
  }

  // MARK: first message

  private mutating func receiveHello() async throws(JoinRefusal) -> ClientInit {
    guard case .initialize(let hello) = try await receive() else {
      throw JoinRefusal(.badParameter, "the first message of a join must be ClientInit")
    }
    facts.token = hello.tokenName
    guard !hello.tokenName.isEmpty, !hello.systemRole.isEmpty else {
      throw JoinRefusal(.badParameter, "ClientInit needs a token name and a system role")
    }
    guard hello.proxyParameters == nil else {
      throw JoinRefusal(.accessDenied, "only a proxy may speak for another client")
    }
    guard !hello.forwardedByProxy else {
      throw JoinRefusal(.badParameter, "only a proxy may forward joins")
    }
    return hello
  }

  private mutating func findToken(
    _ hello: ClientInit
  ) async throws(JoinRefusal) -> Store.Stored<TokenResource> {
    let name = hello.tokenName
    let isName = name.utf8.count <= 255 && !name.contains("/")
    let cluster = cluster
    let found = try await relay { () throws(RPCError) in
      isName ? try await cluster.store.token(name) : nil
    }
    guard let found else {
      throw JoinRefusal(
        .accessDenied,
        "token expired or not found; compare onboarding.token with `tctl tokens ls` on the authority, "
          + "`tctl tokens add` makes one")
    }
    let token = found.resource
    facts.knowsToken = true
    (facts.method, facts.bot) = (token.joinMethod, token.botName)
    if let wanted = hello.method, wanted != token.joinMethod {
      throw JoinRefusal(
        .badParameter,
        "the token is for the join method \(token.joinMethod), not for \(wanted.excerpt); "
          + "correct join_method in the agent's configuration")
    }
    guard token.roles.contains(hello.systemRole) else {
      throw JoinRefusal(
        .badParameter,
        "can not join the cluster, the token does not allow the role \(hello.systemRole.excerpt); "
          + "add it to spec.roles: `tctl edit token/\(name)`")
    }
    guard hello.systemRole == "Bot" else {
      throw JoinRefusal(.notImplemented, "this authority joins bots, no other roles; join as a Bot")
    }
    return found
  }

  private func receiveMethod(
    _ declaration: JoinVerifierDeclaration
  ) async throws(JoinRefusal) -> (ClientParams, [UInt8]) {
    switch try await receive() {
    case .method(let field, let params, let fragment):
      guard field == declaration.messageField else {
        throw JoinRefusal(
          .badParameter, "the client sent the first message of another join method (\(field))")
      }
      guard let params else {
        throw JoinRefusal(.badParameter, "the method's first message has no client parameters")
      }
      return (params, fragment)
    case .givingUp(let reason, let text):
      throw JoinRefusal(
        .badParameter,
        "the client gave up: \(reason.words)\(text.isEmpty ? "" : ": \(text.excerpt)")")
    case .initialize, .solution, nil:
      throw JoinRefusal(.badParameter, "expected the first message of the join method")
    }
  }

  /// The identity in the client's certificate, nil without one.
  private func caller() async throws(JoinRefusal) -> TLSIdentity? {
    guard !peer.certificateChain.isEmpty else { return nil }
    let (cluster, peer) = (cluster, peer)
    let identity = try await relay { () throws(RPCError) in
      try await CallerIdentity.read(peer, keys: cluster.keys, now: cluster.now)
    }
    guard identity.botName == facts.bot || identity.botInstanceID.isEmpty else {
      throw JoinRefusal(
        .accessDenied,
        "the client's certificate belongs to the bot \(identity.botName.excerpt), the token to "
          + "\(facts.bot.excerpt); join with another storage directory")
    }
    return identity
  }

  /// A join is a use of the caller's certificate, and may be the first one.
  ///
  /// A locked caller uses nothing: the verifier tells it why, once it has proven its key.
  private func isFirstUse(_ caller: TLSIdentity) async throws(JoinRefusal) -> Bool {
    let cluster = cluster
    return try await relay { () throws(RPCError) in
      let lock = try await cluster.store.lockMessage([
        .joinToken(caller.joinToken), .botInstance(caller.botInstanceID),
      ])
      guard lock == nil else { return false }
      return try await JoinConfirmation(cluster: cluster).use(caller)
    }
  }

  /// The token after its status has changed.
  private func reload(
    _ token: Store.Stored<TokenResource>
  ) async throws(JoinRefusal) -> Store.Stored<TokenResource> {
    let (cluster, name) = (cluster, token.resource.name)
    let found = try await relay { () throws(RPCError) in try await cluster.store.token(name) }
    guard let found, found.resource.joinMethod == token.resource.joinMethod,
      found.resource.botName == token.resource.botName
    else {
      throw JoinRefusal(.compareFailed, "the token was changed meanwhile, please try again")
    }
    return found
  }

  // MARK: plumbing

  private func receive() async throws(JoinRefusal) -> JoinClientMessage? {
    let stream = stream
    return try await relay { () throws(RPCError) in try await stream.receive() }
  }
}
