import Credentials
import Documents
import PluginHost
import Wire

/// The part of a join that its method decides: challenges until a verdict, and what the verdict entails.
struct JoinVerification {
  /// What the client gets.
  struct Accepted {
    var lineage: BotInstanceBook.Entry
    var result: JoinResult
  }

  let cluster: ClusterCore
  let stream: any JoinServerStream
  let token: Store.Stored<TokenResource>
  let verifier: VerifierCatalog.Entry
  /// The identity in the client's certificate, nil without one.
  let caller: TLSIdentity?
  let wish: CertificateWish

  private var name: String { token.resource.name }
  private var bot: String { token.resource.botName }

  /// - Parameter fragment: the method's first message without the part that is the core's.
  func run(_ fragment: [UInt8]) async throws(JoinRefusal) -> Accepted {
    let known = caller?.botInstanceID ?? ""
    let (store, name) = (cluster.store, name)
    let lock = try await relay { () throws(RPCError) in
      try await store.lockMessage([.joinToken(name)] + (known.isEmpty ? [] : [.botInstance(known)]))
    }
    let (session, first) = try await begin(
      VerifyParameters(
        tokenName: name, botName: bot, spec: JSON.serialize(token.resource.methodSpec),
        status: JSON.serialize(token.resource.methodStatus), role: "Bot", initMessage: fragment,
        instanceID: known, lockMessage: lock ?? ""))
    do throws(JoinRefusal) {
      return try await converse(session, first)
    } catch {
      await session.abort()
      throw error
    }
  }

  private func begin(
    _ parameters: VerifyParameters
  ) async throws(JoinRefusal) -> (VerifySession, VerifyAction) {
    do {
      return try await verifier.verifier.begin(parameters)
    } catch {
      throw error.refusal
    }
  }

  private func converse(
    _ session: VerifySession, _ first: VerifyAction
  ) async throws(JoinRefusal) -> Accepted {
    var action = first
    while true {
      report(action.events)
      switch action.kind {
      case .challenge(let field, let message):
        let stream = stream
        try await relay { () throws(RPCError) in
          try await stream.sendChallenge(field: field, message: message)
        }
        action = try await answer(session)
      case .refuse(let refusal):
        if refusal.locksToken { try await lockToken(refusal.audit) }
        throw JoinRefusal(RPCError(refusal.reason.code, refusal.message), audit: refusal.audit)
      case .accept(let accepted):
        let lineage = try await lineage(
          accepted.newInstance ? nil : caller, accepted.previousInstance)
        let completion = JoinCompletion(
          cluster: cluster, token: token, session: session, wish: wish,
          attributes: accepted.attributes,
          replaced: try await replaced(accepted.replacedInstance, by: lineage),
          instances: [caller?.botInstanceID ?? "", accepted.previousInstance])
        return Accepted(lineage: lineage, result: try await completion.finish(lineage))
      }
    }
  }

  private func answer(_ session: VerifySession) async throws(JoinRefusal) -> VerifyAction {
    let stream = stream
    let message = try await relay { () throws(RPCError) in try await stream.receive() }
    do throws(PluginFailure) {
      switch message {
      case .solution(let field, let bytes):
        return try await session.step(field: field, message: bytes)
      case .givingUp(let reason, let text):
        return try await session.gaveUp(reason: UInt32(reason.rawValue), text: text)
      case .initialize, .method, nil: break
      }
    } catch {
      throw error.refusal
    }
    throw JoinRefusal(.badParameter, "expected the solution of a challenge")
  }

  private func lineage(
    _ caller: TLSIdentity?, _ previous: String
  ) async throws(JoinRefusal) -> BotInstanceBook.Entry {
    let book = BotInstanceBook(store: cluster.store, random: cluster.random)
    let (bot, enforced) = (bot, verifier.declaration.enforcesGeneration)
    guard let caller, !caller.botInstanceID.isEmpty else {
      return book.open(bot: bot, previous: previous, enforced: enforced)
    }
    let outcome = try await relay { () throws(RPCError) in
      try await book.proceed(caller, bot: bot, enforced: enforced)
    }
    switch outcome {
    case .entry(let entry): return entry
    case .mismatch(let mismatch):
      let text =
        "the token \(name) and the certificates made with it have been locked due to a "
        + "certificate generation mismatch: instance \(caller.botInstanceID) presented generation "
        + "\(mismatch.presented), the last one issued is \(mismatch.stored): " + suspicion
      try await lockToken(text)
      throw JoinRefusal(
        RPCError(
          .accessDenied,
          "renewable cert generation mismatch: stored=\(mismatch.stored), "
            + "presented=\(mismatch.presented), the token is now locked: " + suspicion),
        audit: text)
    }
  }

  private var suspicion: String { verifier.declaration.suspicion(token: name) }

  /// The record of the instance whose newest join nobody has used and this one replaces, unless that is
  /// the joining instance itself.
  private func replaced(
    _ id: String, by lineage: BotInstanceBook.Entry
  ) async throws(JoinRefusal) -> BotInstanceBook.Entry? {
    guard !id.isEmpty, id != lineage.id, verifier.declaration.enforcesGeneration else { return nil }
    let book = BotInstanceBook(store: cluster.store, random: cluster.random)
    let bot = bot
    return try await relay { () throws(RPCError) in try await book.replace(bot: bot, id: id) }
  }

  private func lockToken(_ message: String) async throws(JoinRefusal) {
    let lock = TokenLock(cluster: cluster, token: name)
    try await relay { () throws(RPCError) in try await lock.create(message) }
  }

  private func report(_ events: [[UInt8]]) {
    for event in events {
      guard let node = try? JSON.parse(event), let kind = node["event"]?.string else { continue }
      let ours = ["time", "event", "token", "bot"]
      let fields = (node.members ?? []).filter { !ours.contains($0.key) }
      cluster.audit.write(
        kind, [("token", .text(name)), ("bot", .text(bot))] + fields.map { ($0.key, $0.value) })
    }
  }
}
