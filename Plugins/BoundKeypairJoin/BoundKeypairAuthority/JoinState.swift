import BoundKeypairMessages
import Documents
import PluginKit

/// The signed document a client shows to prove that it took part in the last join.
enum JoinState {
  /// What a check found: the bot instance the state names, or why it is not believed.
  enum Verdict {
    case valid(instanceID: String)
    case invalid(String)
  }

  static func verify(
    _ compact: [UInt8], status: TokenStatus, botName: String, host: Host
  ) throws(PluginError) -> Verdict {
    guard let jws = JWS(compact) else { return .invalid("parsing serialized join state") }
    guard let keyID = jws.keyID else {
      return .invalid("required key ID is missing from JWT header")
    }
    switch try host.authority.verify(
      keyID: keyID, scheme: jws.algorithm, message: jws.signed, signature: jws.signature)
    {
    case .unknownKey: return .invalid("join state could not be verified")
    case .bad: return .invalid("join state signature is wrong")
    case .good: break
    }
    guard let claims = try? JSON.parse(jws.payload), claims.members != nil else {
      return .invalid("validating join state claims: no JSON object")
    }
    let cluster = try host.clusterName()
    if let problem = StandardClaims.check(
      claims, issuer: cluster, subject: botName, audience: cluster, now: try host.unixSeconds())
    {
      return .invalid("validating join state claims: " + problem)
    }
    guard claims["recovery_sequence"]?.int64 == status.recoveryCount else {
      return .invalid("recovery counter mismatch")
    }
    guard let instance = claims["bot_instance_id"]?.string,
      instance.sameBytes(as: status.boundBotInstanceID)
    else { return .invalid("bot instance mismatch") }
    // Tokens bind bots only: a state that names a host was given to somebody else.
    if let joinedHost = claims["host_id"], joinedHost.string?.isEmpty != true {
      return .invalid("host mismatch")
    }
    return .valid(instanceID: instance)
  }

  static func issue(
    status: TokenStatus, spec: TokenSpec, botName: String, host: Host
  ) throws(PluginError) -> [UInt8] {
    let cluster = try host.clusterName()
    let now = try host.unixSeconds()
    let authority = try host.authority
    let signer = try authority.signer()
    let payload = JSON.serialize(
      .object([
        ("iss", .text(cluster)), ("sub", .text(botName)), ("aud", .text(cluster)),
        ("nbf", .integer(now - 10)), ("iat", .integer(now)),
        ("bot_instance_id", .text(status.boundBotInstanceID)),
        ("recovery_sequence", .integer(status.recoveryCount)),
        ("recovery_limit", .integer(spec.limit)), ("recovery_mode", .text(spec.modeText)),
      ]))
    return try JWS.make(algorithm: signer.scheme, keyID: signer.keyID, payload: payload) {
      signed throws(PluginError) in try authority.sign(signed)
    }
  }
}
