import Credentials
import PluginHost
import Wire

/// Signs the certificates of bots with the user authority.
struct CertificateIssuer: Sendable {
  /// The longest life of any certificate, seconds.
  static let longestLife: Int64 = 24 * 3600

  let keys: ClusterKeys
  let random: any RandomSource
  let record: AuthorityRecord

  /// What a certificate is to say beside its identity.
  struct Request {
    var identity: TLSIdentity
    /// Logins the roles allow.
    var logins: [String]
    var tlsKey: PublicKey?
    var sshKey: PublicKey?
    var permitPortForwarding = false
    var permitAgentForwarding = false
    var format = SSHUserCertificate.Format.standard
    var validity: Validity
  }

  /// Certificates of one identity; nil where no key was given.
  struct Issued {
    var tls: TLSCertificate?
    var ssh: SSHCertificate?
  }

  func issue(_ request: Request) throws(RPCError) -> Issued {
    var identity = request.identity
    identity.logins = SSHUserCertificate.principals(
      allowing: request.logins, uuid: UUID.random(random))
    do {
      var issued = Issued()
      if let key = request.tlsKey {
        issued.tls = try keys.userTLS.issue(identity, for: key, validity: request.validity)
        record.issued("tls")
      }
      if let key = request.sshKey {
        var certificate = SSHUserCertificate(identity: identity, validity: request.validity)
        certificate.permitPortForwarding = request.permitPortForwarding
        certificate.permitAgentForwarding = request.permitAgentForwarding
        certificate.format = request.format
        issued.ssh = try keys.userSSH.issue(certificate.content, for: key)
        record.issued("ssh")
      }
      return issued
    } catch {
      throw RPCError(.unknown, error.description)
    }
  }

  /// From a minute ago until the wished end, cut to the longest life.
  ///
  /// - Throws: `badParameter` for an end that is not in the future.
  static func validity(
    until wished: Int64, now: Int64, longest: Int64 = longestLife
  ) throws(RPCError) -> Validity {
    guard wished > now else {
      throw RPCError(
        .badParameter,
        "the certificates are asked to end in the past (\(wished), it is \(now)); check the clock of "
          + "the machine")
    }
    return Validity(from: now, until: min(wished, now + min(longest, longestLife)))
  }
}
