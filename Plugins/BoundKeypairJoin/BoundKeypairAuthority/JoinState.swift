import BoundKeypairMessages
import Documents
import PluginKit

/// The signed document a client shows to prove that it took part in the last join.
enum JoinState {
  /// What reading a join state found.
  enum Reading {
    /// This authority signed it for this bot; whether it is the right one is another question.
    case genuine(Claims)
    case invalid(String)
  }

  /// What a join state says of the join it was given for.
  struct Claims {
    var instanceID: String?
    var recoverySequence: Int64?
    var serial: Int64
    var namesHost: Bool

    /// Why it was not given for the instance and the recovery that `status` tells of, nil when it was.
    /// Which of the joins since then it was given for, ``serial`` tells.
    func mismatch(_ status: TokenStatus) -> String? {
      guard recoverySequence == status.recoveryCount else { return "recovery counter mismatch" }
      guard let instanceID, instanceID.sameBytes(as: status.boundBotInstanceID) else {
        return "bot instance mismatch"
      }
      // Tokens bind bots only: a state that names a host was given to somebody else.
      return namesHost ? "host mismatch" : nil
    }
  }

  static func read(
    _ compact: [UInt8], botName: String, host: Host
  ) throws(PluginError) -> Reading {
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
    return .genuine(
      Claims(
        instanceID: claims["bot_instance_id"]?.string,
        recoverySequence: claims["recovery_sequence"]?.int64, serial: claims["serial"]?.int64 ?? 0,
        namesHost: claims["host_id"].map { $0.string?.isEmpty != true } ?? false))
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
        ("serial", .integer(status.serial)),
      ]))
    return try JWS.make(algorithm: signer.scheme, keyID: signer.keyID, payload: payload) {
      signed throws(PluginError) in try authority.sign(signed)
    }
  }
}
