import Credentials
import Documents
import PluginHost
import Wire

/// What the use of a certificate says of the join it came from.
///
/// Nothing acknowledges the result of a join. Its first use does: the join is confirmed, and what was
/// before it is no longer good. The use of a result that another join has replaced shows that two
/// machines have one storage.
struct JoinConfirmation {
  let cluster: ClusterCore
  /// How often other changes of the same records may come first.
  private static let attempts = 8

  /// Takes note that a certificate is used. Its lock must have been looked for.
  ///
  /// - Returns: whether this was the first use of the newest certificate of its instance.
  /// - Throws: `accessDenied` for a result that was replaced, and then the token is locked;
  ///   `compareFailed` when the records keep changing.
  @discardableResult
  func use(_ identity: TLSIdentity) async throws(RPCError) -> Bool {
    // Certificates made for outputs have no generation.
    guard identity.generation > 0, !identity.botName.isEmpty, !identity.botInstanceID.isEmpty else {
      return false
    }
    for _ in 0..<Self.attempts {
      guard
        let instance = try await cluster.store.instance(
          bot: identity.botName, id: identity.botInstanceID)
      else { return false }
      guard !instance.resource.isReplaced(identity.generation) else {
        throw try await refusal(identity)
      }
      guard instance.resource.confirmedGeneration != nil,
        instance.resource.generation == Int64(clamping: identity.generation)
      else { return false }
      if try await confirm(identity, instance) { return true }
    }
    throw RPCError(.compareFailed, "the records of the bot keep changing, please try again")
  }

  /// - Returns: whether nobody changed the records in the meantime.
  private func confirm(
    _ identity: TLSIdentity, _ instance: Store.Stored<BotInstanceResource>
  ) async throws(RPCError) -> Bool {
    var resource = instance.resource
    resource.confirm()
    var transaction = Transaction()
    transaction.assertions = [instance.unchanged]
    transaction.put(
      instance.record.key, JSON.serialize(resource.node), expires: instance.record.expires)
    if let token = try await cluster.store.token(identity.joinToken) {
      transaction.assertions.append(token.unchanged)
      let status = try await status(token.resource, identity.botInstanceID)
      if status != token.resource.methodStatus {
        let document = TokenResource.completed(
          token.node, method: token.resource.joinMethod, status: status)
        transaction.put(
          token.record.key, JSON.serialize(document), expires: token.record.expires)
      }
    } else {
      transaction.assertions.append(.absent(TokenResource.prefix + identity.joinToken))
    }
    do {
      try await cluster.store.backend.commit(transaction)
    } catch .conflict {
      return false
    } catch {
      throw error.status
    }
    cluster.audit.write(
      "join.confirmed",
      [
        ("token", .text(identity.joinToken)), ("bot", .text(identity.botName)),
        ("bot_instance", .text(identity.botInstanceID)),
        ("generation", .integer(Int64(clamping: identity.generation))),
      ])
    return true
  }

  /// The method's status with the join confirmed. A method that is not served any more confirms nothing.
  private func status(
    _ token: TokenResource, _ instanceID: String
  ) async throws(RPCError) -> Node {
    guard let verifier = try? cluster.verifiers.entry(token.joinMethod).verifier else {
      return token.methodStatus
    }
    do {
      return try JSON.parse(
        try await verifier.confirmed(
          spec: JSON.serialize(token.methodSpec), status: JSON.serialize(token.methodStatus),
          instanceID: instanceID))
    } catch {
      throw RPCError(
        .unknown, "the authority could not confirm the join with the token \(token.name): \(error)")
    }
  }

  private func refusal(_ identity: TLSIdentity) async throws(RPCError) -> RPCError {
    var text =
      "the token \(identity.joinToken) and the certificates made with it have been locked due to a "
      + "certificate generation mismatch: somebody uses generation \(identity.generation) of instance "
      + "\(identity.botInstanceID), the result of a join that another join has replaced"
    if let token = try await cluster.store.token(identity.joinToken)?.resource,
      let declaration = try? cluster.verifiers.entry(token.joinMethod).declaration
    {
      text += ": " + declaration.suspicion(token: token.name)
    }
    if !identity.joinToken.isEmpty {
      try await TokenLock(cluster: cluster, token: identity.joinToken).create(text)
    }
    return RPCError(.accessDenied, "access denied: \(text)")
  }
}
