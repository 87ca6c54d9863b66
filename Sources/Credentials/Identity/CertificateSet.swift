/// The certificates an authority hands out together, parsed: for one key, with the authorities to
/// trust beside it.
public struct CertificateSet: Sendable {
  /// The X.509 client certificate.
  public let tls: TLSCertificate
  /// X.509 authorities to trust.
  public let tlsAuthorities: [TLSCertificate]
  /// The SSH user certificate.
  public let ssh: SSHCertificate
  /// SSH authorities, authorized_keys lines without newline.
  public let sshAuthorities: [String]

  /// From a join: X.509 in DER, SSH in wire form.
  ///
  /// - Throws: `missing` or `malformed`, naming the part.
  public init(
    tlsDER: [UInt8], tlsAuthoritiesDER: [[UInt8]], sshBlob: [UInt8], sshAuthorityBlobs: [[UInt8]]
  ) throws(CredentialError) {
    guard !sshBlob.isEmpty else { throw Self.absent("SSH certificate") }
    guard !tlsDER.isEmpty else { throw Self.absent("TLS certificate") }
    ssh = try SSHCertificate(blob: sshBlob)
    tls = try TLSCertificate(der: tlsDER)
    var certificates: [TLSCertificate] = []
    for der in tlsAuthoritiesDER { certificates.append(try TLSCertificate(der: der)) }
    tlsAuthorities = certificates
    var lines: [String] = []
    for blob in sshAuthorityBlobs {
      lines.append(AuthorizedKeyLine.text(type: try AuthorizedKeyLine.type(of: blob), blob: blob))
    }
    sshAuthorities = lines
  }

  /// From an API answer or from files: X.509 in PEM, SSH as authorized_keys lines.
  ///
  /// Of each authority entry the first PEM block counts; empty entries are skipped.
  ///
  /// - Throws: `missing` or `malformed`, naming the part.
  public init(
    tlsPEM: [UInt8], tlsAuthoritiesPEM: [[UInt8]], sshLine: [UInt8], sshAuthorityLines: [[UInt8]]
  ) throws(CredentialError) {
    guard !sshLine.isEmpty else { throw Self.absent("SSH certificate") }
    guard !tlsPEM.isEmpty else { throw Self.absent("TLS certificate") }
    ssh = try SSHCertificate(line: sshLine)
    tls = try TLSCertificate(pem: tlsPEM)
    var certificates: [TLSCertificate] = []
    for pem in tlsAuthoritiesPEM where !Self.isBlank(pem) {
      certificates.append(try TLSCertificate(pem: pem))
    }
    tlsAuthorities = certificates
    var lines: [String] = []
    for line in sshAuthorityLines where !Self.isBlank(line) {
      let line = try AuthorizedKeyLine(parsing: line)
      lines.append(AuthorizedKeyLine.text(type: line.type, blob: line.blob))
    }
    sshAuthorities = lines
  }

  private static func isBlank(_ text: [UInt8]) -> Bool { text.allSatisfy { $0 <= 0x20 } }

  private static func absent(_ part: String) -> CredentialError {
    CredentialError(.missing, "identity has no \(part)")
  }
}
