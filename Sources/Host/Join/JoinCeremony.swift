import Credentials
import PluginHost
import Wire

/// One join over an open connection: the host speaks the envelope, the method its own messages.
struct JoinCeremony: Sendable {
  /// What joins need from start to end.
  struct Setup: Sendable {
    let method: JoinMethodInstance
    let declaration: JoinMethodDeclaration
    let token: String
    let ttlSeconds: Int64
    /// How long one call into the method may take.
    let callTimeout: Duration
    let clock: any HostClock
  }

  /// A join the authority has accepted. The method has not finished it yet.
  struct Accepted: Sendable {
    let identity: StoredIdentity
    /// The part of the result that is the method's.
    let fragment: [UInt8]
  }

  let setup: Setup
  let connection: Connection

  /// Joins. Afterwards the method's session is open and waits for `finish`; it is closed on every
  /// error.
  func run(_ purpose: JoinParameters.Purpose) async throws(AgentFailure) -> Accepted {
    let stream: JoinStream
    do {
      stream = try await connection.join()
    } catch {
      throw failure(error)
    }
    defer { stream.close() }
    do {
      return try await converse(stream, purpose)
    } catch {
      await setup.method.abort()
      throw error
    }
  }

  private func converse(
    _ stream: JoinStream, _ purpose: JoinParameters.Purpose
  ) async throws(AgentFailure) -> Accepted {
    let server: ServerInit
    do {
      server = try await stream.sendInit(
        ClientInit(method: setup.declaration.name, tokenName: setup.token))
    } catch {
      throw failure(error)
    }
    guard server.method == setup.declaration.name else {
      throw await otherMethod(stream, server.method)
    }
    let suite = SignatureSuite(wire: server.signatureSuite)
    let key: PrivateKey
    do {
      key = try PrivateKey.generate(suite.algorithm(for: .ownIdentity))
    } catch {
      throw AgentFailure(error, in: "cannot make an identity key")
    }
    let fragment: [UInt8]
    do {
      fragment = try await setup.method.begin(
        JoinParameters(
          purpose: purpose, suite: server.signatureSuite, tokenName: setup.token,
          publicTLSKey: key.publicKey.pkixDER, publicSSHKey: key.publicKey.sshBlob),
        deadline: setup.callTimeout)
    } catch {
      throw await giveUp(stream, error)
    }
    do {
      try await stream.sendMethod(
        field: setup.declaration.messageField,
        params: ClientParams(
          publicTLSKey: key.publicKey.pkixDER, publicSSHKey: key.publicKey.sshBlob,
          expiresUnixSeconds: setup.clock.wallNanoseconds / 1_000_000_000 + setup.ttlSeconds),
        fragment: fragment)
    } catch {
      throw failure(error)
    }
    return try await answerChallenges(stream, key)
  }

  private func answerChallenges(
    _ stream: JoinStream, _ key: PrivateKey
  ) async throws(AgentFailure) -> Accepted {
    while true {
      let message: JoinServerMessage
      do {
        message = try await stream.next()
      } catch {
        throw failure(error)
      }
      switch message {
      case .result(let result):
        return Accepted(identity: try identity(result, key), fragment: result.fragment)
      case .challenge(let field, let bytes):
        let answer: (field: UInt32, message: [UInt8])
        do {
          answer = try await setup.method.step(
            field: field, message: bytes, deadline: setup.callTimeout)
        } catch {
          throw await giveUp(stream, error)
        }
        do {
          try await stream.sendSolution(field: answer.field, message: answer.message)
        } catch {
          throw failure(error)
        }
      }
    }
  }

  private func identity(
    _ result: JoinResult, _ key: PrivateKey
  ) throws(AgentFailure) -> StoredIdentity {
    do {
      let certificates = result.certificates
      return try StoredIdentity(
        privateKey: key,
        certificates: CertificateSet(
          tlsDER: certificates.tls, tlsAuthoritiesDER: certificates.tlsAuthorities,
          sshBlob: certificates.ssh, sshAuthorityBlobs: certificates.sshAuthorities),
        tokenHash: StoredIdentity.tokenHash(of: setup.token))
    } catch {
      throw AgentFailure(
        "the authority at \(connection.address) sent an identity that cannot be used: "
          + error.reason, hint: error.remedy, .refused)
    }
  }

  /// Tells the authority why the method stops, so that its audit log says it too.
  private func giveUp(_ stream: JoinStream, _ cause: PluginFailure) async -> AgentFailure {
    _ = await stream.giveUp(
      reason: cause.code == .unsupported ? .unsupportedMessage : .solutionFailed,
      text: cause.message)
    return AgentFailure(cause)
  }

  /// The authority took the request for one method and goes on with another.
  private func otherMethod(_ stream: JoinStream, _ method: String) async -> AgentFailure {
    let text =
      "joining with \(setup.declaration.name), not with \(method.prefix(64).debugDescription)"
    _ = await stream.giveUp(reason: .unsupportedMethod, text: text)
    return AgentFailure(
      "the authority at \(connection.address) answered the join with another method: \(text)",
      hint: "set `onboarding.join_method` to the method of the token", .refused)
  }

  private func failure(_ error: RPCError) -> AgentFailure {
    guard error.code == .accessDenied || error.code == .badParameter else {
      return AgentFailure(error, doing: "cannot join at \(connection.address)")
    }
    // What the authority advises is better advice than ours.
    if error.message.contains("`tctl ") {
      return AgentFailure(
        "the authority at \(connection.address) refused the join: \(error.message)", hint: "",
        .refused)
    }
    return AgentFailure(
      "the authority at \(connection.address) refused the join: \(error.message)",
      hint:
        "check `onboarding.token` and the token there (`tctl tokens ls`, `tctl lock ls`); its audit log has "
        + "the full reason", .refused)
  }
}
