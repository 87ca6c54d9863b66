import Credentials
import Wire

/// The keys a client wants certified, and until when.
struct CertificateWish {
  let tlsKey: PublicKey
  let sshKey: PublicKey
  let validity: Validity

  /// - Throws: `badParameter` for parameters of a host, a missing end, or keys that are none.
  init(_ params: ClientParams, now: Int64) throws(JoinRefusal) {
    guard !params.isHost else {
      throw JoinRefusal(.badParameter, "the client parameters are those of a host, not of a bot")
    }
    guard let expires = params.expiresUnixSeconds, expires != 0 else {
      throw JoinRefusal(.badParameter, "the client parameters have no end of life (expires)")
    }
    do {
      tlsKey = try PublicKey(pkixDER: params.publicTLSKey)
      sshKey = try PublicKey(sshBlob: params.publicSSHKey)
    } catch {
      throw JoinRefusal(.badParameter, "a public key of the client: \(error)")
    }
    do {
      validity = try CertificateIssuer.validity(until: expires, now: now)
    } catch {
      throw JoinRefusal(error)
    }
  }
}
