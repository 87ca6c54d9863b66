import BoundKeypairMessages
import Documents
import PluginABI
import PluginKit

/// One challenge: a document only the holder of a key can sign, answered at most once.
struct Challenge {
  /// Why an answer is not accepted. `code` is the class of the status the client sees.
  struct Rejected {
    let code: Int32
    let message: String
  }

  let key: Keys.Key
  let publicKey: String
  let document: [UInt8]
  private let cluster: String
  private let subject: String
  private let issuedAt: Int64
  private let nonce: String

  private var expiresAt: Int64 { issuedAt + 60 }
  private var notBefore: Int64 { issuedAt - 10 }

  init(key: Keys.Key, host: Host) throws(PluginError) {
    self.key = key
    publicKey = try key.authorizedKey()
    cluster = try host.clusterName()
    subject = try key.keyID()
    issuedAt = try host.unixSeconds()
    nonce = Hex.text(try host.random(16))
    document = JSON.serialize(
      .object([
        ("iss", .text(cluster)), ("sub", .text(subject)), ("aud", .text(cluster)),
        ("exp", .integer(issuedAt + 60)), ("nbf", .integer(issuedAt - 10)),
        ("iat", .integer(issuedAt)), ("nonce", .text(nonce)),
      ]))
  }

  /// `BoundKeypairChallenge`.
  var message: [UInt8] {
    var message = WireMessage()
    message.set(Field.challengePublicKey, publicKey)
    message.set(Field.challengeDocument, document)
    return message.encoded
  }

  /// Judges the client's compact JWS in the order of checks the protocol fixes.
  func judge(_ solution: [UInt8], host: Host) throws(PluginError) -> Rejected? {
    guard let jws = JWS(solution) else {
      return Rejected(code: TENON_INTERNAL, message: "parsing signed response")
    }
    guard jws.algorithm.sameBytes(as: try key.scheme()),
      try key.verify(scheme: jws.algorithm, message: jws.signed, signature: jws.signature)
    else {
      return Rejected(code: TENON_INTERNAL, message: "the signature does not verify with the key")
    }
    guard let claims = try? JSON.parse(jws.payload), claims.members != nil else {
      return Rejected(code: TENON_INTERNAL, message: "validating challenge claims: no JSON object")
    }
    if let problem = StandardClaims.check(
      claims, issuer: cluster, subject: subject, audience: cluster, now: try host.unixSeconds())
    {
      return Rejected(code: TENON_INTERNAL, message: "validating challenge claims: " + problem)
    }
    guard claims["iat"]?.int64 == issuedAt, claims["exp"]?.int64 == expiresAt,
      claims["nbf"]?.int64 == notBefore
    else { return Rejected(code: TENON_REFUSED, message: "invalid challenge document") }
    guard equalInConstantTime([UInt8]((claims["nonce"]?.string ?? "").utf8), [UInt8](nonce.utf8))
    else { return Rejected(code: TENON_REFUSED, message: "invalid nonce") }
    return nil
  }
}
