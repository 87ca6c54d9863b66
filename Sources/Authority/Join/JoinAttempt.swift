import Credentials
import Documents
import PluginHost
import Wire

/// One join, from its first message to its result (joining.md B.5 and B.6).
struct JoinAttempt {
  let cluster: ClusterCore
  let stream: any JoinServerStream
  let peer: Peer

  /// What is known so far, for the audit line.
  private var tokenName = ""
  private var knowsToken = false
  private var botName = ""
  private var method = ""
  private var instanceID = ""
  private var generation: Int64 = 0

  init(cluster: ClusterCore, stream: any JoinServerStream, peer: Peer) {
    self.cluster = cluster
    self.stream = stream
    self.peer = peer
  }

  mutating func run() async throws(JoinRefusal) {
    let hello = try await receiveHello()
    let token = try await findToken(hello)
    try await relay { () throws(RPCError) in
      try await stream.sendInit(
        ServerInit(method: method, signatureSuite: cluster.keys.suite.rawValue))
    }
    let entry: VerifierCatalog.Entry
    do {
      entry = try cluster.verifiers.entry(method)
    } catch {
      throw JoinRefusal(
        RPCError(.notImplemented, "this authority does not serve the join method \(method)"),
        audit: error.description)
    }
    let (params, fragment) = try await receiveMethod(entry.declaration)
    let request = try CertificateWish(params, now: cluster.now)
    let caller = try await self.caller()
    try await verify(token, entry, fragment, request, caller)
  }

  // MARK: first message

  private mutating func receiveHello() async throws(JoinRefusal) -> ClientInit {
    guard case .initialize(let hello) = try await receive() else {
      throw JoinRefusal(.badParameter, "the first message of a join must be ClientInit")
    }
    tokenName = hello.tokenName
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
      throw JoinRefusal(.accessDenied, "token expired or not found")
    }
    knowsToken = true
    let token = found.resource
    (method, botName) = (token.joinMethod, token.botName)
    if let wanted = hello.method, wanted != token.joinMethod {
      throw JoinRefusal(
        .badParameter,
        "the token is for the join method \(token.joinMethod), not for \(wanted.excerpt); "
          + "correct join_method in the agent's configuration")
    }
    guard token.roles.contains(hello.systemRole) else {
      throw JoinRefusal(
        .badParameter,
        "can not join the cluster, the token does not allow the role \(hello.systemRole.excerpt)")
    }
    guard hello.systemRole == "Bot" else {
      throw JoinRefusal(.notImplemented, "this authority joins bots, no other roles")
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
        "the client gave up: \(reason.words)\(text.isEmpty ? "" : ": ")\(text.excerpt)")
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
    guard identity.botName == botName || identity.botInstanceID.isEmpty else {
      throw JoinRefusal(
        .accessDenied,
        "the client's certificate belongs to the bot \(identity.botName.excerpt), the token to "
          + "\(botName.excerpt); join with another storage directory")
    }
    return identity
  }

  // MARK: verification

  private mutating func verify(
    _ token: Store.Stored<TokenResource>, _ entry: VerifierCatalog.Entry, _ fragment: [UInt8],
    _ request: CertificateWish, _ caller: TLSIdentity?
  ) async throws(JoinRefusal) {
    var targets = [LockResource.Target.joinToken(tokenName)]
    let known = caller?.botInstanceID ?? ""
    if !known.isEmpty { targets.append(.botInstance(known)) }
    let store = cluster.store
    let lock = try await relay { () throws(RPCError) in try await store.lockMessage(targets) }
    var (session, action) = try await call(
      entry,
      VerifyParameters(
        tokenName: tokenName, botName: botName,
        spec: JSON.serialize(token.resource.methodSpec),
        status: JSON.serialize(token.resource.methodStatus), role: "Bot", initMessage: fragment,
        instanceID: known, lockMessage: lock ?? ""))
    do throws(JoinRefusal) {
      while true {
        report(events: action.events)
        switch action.kind {
        case .challenge(let field, let message):
          try await relay { () throws(RPCError) in
            try await stream.sendChallenge(field: field, message: message)
          }
          action = try await answer(session)
        case .refuse(let refusal):
          if refusal.locksToken { try await lockToken(refusal.audit) }
          throw JoinRefusal(RPCError(refusal.reason.code, refusal.message), audit: refusal.audit)
        case .accept(let newInstance, let previous, let attributes):
          let completion = JoinCompletion(
            cluster: cluster, token: token, declaration: entry.declaration, session: session,
            wish: request, attributes: attributes)
          let book = BotInstanceBook(store: cluster.store, random: cluster.random)
          let lineage = try await self.lineage(
            book, newInstance ? nil : caller, previous, entry.declaration.enforcesGeneration)
          (instanceID, generation) = (lineage.id, lineage.generation)
          let result = try await completion.finish(lineage)
          try await relay { () throws(RPCError) in try await stream.sendResult(result) }
          return
        }
      }
    } catch {
      await session.abort()
      throw error
    }
  }

  private func answer(_ session: VerifySession) async throws(JoinRefusal) -> VerifyAction {
    let message = try await receive()
    do {
      switch message {
      case .solution(let field, let bytes):
        return try await session.step(field: field, message: bytes)
      case .givingUp(let reason, let text):
        return try await session.gaveUp(reason: UInt32(reason.rawValue), text: text)
      case .initialize, .method, nil:
        throw JoinRefusal(.badParameter, "expected the solution of a challenge")
      }
    } catch let failure as PluginFailure {
      throw failure.refusal
    } catch let refusal as JoinRefusal {
      throw refusal
    } catch {
      throw JoinRefusal(.unknown, "the join could not be verified")
    }
  }

  private func lineage(
    _ book: BotInstanceBook, _ caller: TLSIdentity?, _ previous: String, _ enforced: Bool
  ) async throws(JoinRefusal) -> BotInstanceBook.Entry {
    let bot = botName
    guard let caller, !caller.botInstanceID.isEmpty else {
      return book.open(bot: bot, previous: previous)
    }
    let outcome = try await relay { () throws(RPCError) in
      try await book.proceed(caller, bot: bot, enforced: enforced)
    }
    switch outcome {
    case .entry(let entry): return entry
    case .mismatch(let mismatch):
      let text =
        "the token \(tokenName) and the certificates made with it have been locked due to a "
        + "certificate generation mismatch: instance \(caller.botInstanceID) presented generation "
        + "\(mismatch.presented), the last one issued is \(mismatch.stored). Either its storage was "
        + "copied or restored from a backup, or an answer was lost. Look into it, then remove the "
        + "lock with `tctl rm lock/…`"
      try await lockToken(text)
      throw JoinRefusal(
        RPCError(
          .accessDenied,
          "renewable cert generation mismatch: stored=\(mismatch.stored), "
            + "presented=\(mismatch.presented); the token is now locked, see `tctl get locks`"),
        audit: text)
    }
  }

  private func lockToken(_ message: String) async throws(JoinRefusal) {
    let name = UUID.random(cluster.random)
    let node = LockResource.node(
      name: name, target: .joinToken(tokenName), message: message, now: cluster.now)
    var transaction = Transaction()
    transaction.put(LockResource.prefix + name, JSON.serialize(node))
    do {
      try await cluster.store.backend.commit(transaction)
    } catch {
      throw JoinRefusal(error.status)
    }
    cluster.audit.write(
      "lock.created",
      [("lock", .text(name)), ("token", .text(tokenName)), ("message", .text(message))])
  }

  // MARK: plumbing

  private func receive() async throws(JoinRefusal) -> JoinClientMessage? {
    let stream = stream
    return try await relay { () throws(RPCError) in try await stream.receive() }
  }

  private func relay<Output>(
    _ body: () async throws(RPCError) -> Output
  ) async throws(JoinRefusal) -> Output {
    do {
      return try await body()
    } catch {
      throw JoinRefusal(error)
    }
  }

  private func call(
    _ entry: VerifierCatalog.Entry, _ parameters: VerifyParameters
  ) async throws(JoinRefusal) -> (VerifySession, VerifyAction) {
    do {
      return try await entry.verifier.begin(parameters)
    } catch {
      throw error.refusal
    }
  }

  // MARK: audit

  /// Writes the one line every attempt leaves.
  func report(_ refusal: JoinRefusal?) {
    var fields: [(String, Node)] = [
      ("success", .flag(refusal == nil)), ("remote_addr", .text(peer.remoteAddress)),
      // An unknown name may be a secret that somebody put into the wrong key.
      ("token", .text(knowsToken ? tokenName : Masking.token(tokenName))),
    ]
    if !botName.isEmpty { fields.append(("bot", .text(botName))) }
    if !method.isEmpty { fields.append(("method", .text(method))) }
    if let version = peer.clientVersion { fields.append(("client_version", .text(version))) }
    if !instanceID.isEmpty {
      fields.append(("bot_instance", .text(instanceID)))
      fields.append(("generation", .integer(generation)))
    }
    if let refusal { fields.append(("error", .text(refusal.audit))) }
    cluster.audit.write("bot.join", fields)
  }

  private func report(events: [[UInt8]]) {
    for event in events {
      guard let node = try? JSON.parse(event), let name = node["event"]?.string else { continue }
      let known = ["event", "token", "bot"]
      let fields = (node.members ?? []).filter { !known.contains($0.key) }
        .map { ($0.key, $0.value) }
      cluster.audit.write(
        name, [("token", .text(tokenName)), ("bot", .text(botName))] + fields)
    }
  }
}
