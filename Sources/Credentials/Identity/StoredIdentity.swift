import Crypto

/// A key with its certificates and the authorities to trust: what an agent is to its cluster.
///
/// A value exists only if all parts fit together; whether it is still valid is asked separately with
/// ``check(at:)``, because an expired identity still says whose it was.
public struct StoredIdentity: Sendable {
  /// The key both certificates are for.
  public let privateKey: PrivateKey
  /// The certificates, and the authorities to trust.
  public let certificates: CertificateSet
  /// What the TLS certificate's subject says.
  public let identity: TLSIdentity
  /// From the O of the TLS certificate's issuer.
  public let clusterName: String
  /// See ``tokenHash(of:)``; nil when no token was configured.
  public let tokenHash: String?

  /// Puts an identity together.
  ///
  /// - Throws: `missing` without TLS authorities, without a principal, without the issuer's O, user
  ///   or role; `mismatch` when a certificate is for another key.
  public init(
    privateKey: PrivateKey, certificates: CertificateSet, tokenHash: String? = nil
  ) throws(CredentialError) {
    guard !certificates.tlsAuthorities.isEmpty else {
      throw CredentialError(.missing, "identity has no TLS authority")
    }
    let publicKey = privateKey.publicKey
    guard try certificates.ssh.publicKey == publicKey else {
      throw CredentialError(.mismatch, "the SSH certificate is for another key")
    }
    guard try certificates.tls.publicKey == publicKey else {
      throw CredentialError(.mismatch, "the TLS certificate is for another key")
    }
    guard certificates.ssh.content.principals.contains(where: { !$0.isEmpty }) else {
      throw CredentialError(.missing, "the SSH certificate has no principal")
    }
    guard let cluster = certificates.tls.issuerOrganizations.first, !cluster.isEmpty else {
      throw CredentialError(
        .missing, "the TLS certificate's issuer has no O, so its cluster is unknown")
    }
    identity = try TLSIdentity(certificates.tls)
    clusterName = cluster
    self.privateKey = privateKey
    self.certificates = certificates
    self.tokenHash = tokenHash
  }

  /// Reads the files of ``IdentityFile``, by file name.
  ///
  /// - Throws: `missing` when a file is absent or empty: treat it as no identity and join again.
  ///   Else what is wrong, naming the file where one file is at fault.
  public init(files: [String: [UInt8]]) throws(CredentialError) {
    func content(_ file: IdentityFile) throws(CredentialError) -> [UInt8] {
      guard let content = files[file.rawValue], !content.isEmpty else {
        throw CredentialError(.missing, "identity file \(file.rawValue) is absent or empty")
      }
      return content
    }
    func list(_ file: IdentityFile) throws(CredentialError) -> [[UInt8]] {
      try content(file).split(separator: IdentityFile.separator).map { Array($0) }
    }
    for file in IdentityFile.allCases { _ = try content(file) }
    let key = try PrivateKey(pemBytes: content(.privateKey))
    guard try PublicKey(authorizedKey: Self.text(content(.publicKey))) == key.publicKey else {
      throw CredentialError(.mismatch, "identity files key and key.pub hold different keys")
    }
    try self.init(
      privateKey: key,
      certificates: CertificateSet(
        tlsPEM: content(.tlsCertificate), tlsAuthoritiesPEM: list(.tlsAuthorities),
        sshLine: content(.sshCertificate), sshAuthorityLines: list(.sshAuthorities)),
      tokenHash: Self.text(content(.tokenHash).filter { $0 > 0x20 }))
  }

  /// The files to write, in the order of ``IdentityFile``.
  ///
  /// `tokenhash` is left out when no token was configured.
  public var files: [(file: IdentityFile, content: [UInt8])] {
    var files: [(file: IdentityFile, content: [UInt8])] = [
      (.sshCertificate, Array((certificates.ssh.line + "\n").utf8)),
      (.sshAuthorities, Self.joined(certificates.sshAuthorities.map { $0 + "\n" })),
      (.tlsCertificate, Array(certificates.tls.pem.utf8)),
      (.tlsAuthorities, Self.joined(certificates.tlsAuthorities.map(\.pem))),
      (.privateKey, privateKey.pemBytes),
      (.publicKey, Array((privateKey.publicKey.authorizedKey + "\n").utf8)),
    ]
    if let tokenHash { files.append((.tokenHash, Array(tokenHash.utf8))) }
    return files
  }

  /// When the identity can be used: while both certificates are valid.
  public var validity: Validity {
    let tls = certificates.tls.validity
    let ssh = certificates.ssh.content
    return Validity(
      notBefore: max(tls.notBefore, UnixSeconds(clamping: ssh.validAfter)),
      notAfter: min(tls.notAfter, UnixSeconds(clamping: ssh.validBefore)))
  }

  /// Checks that the identity can be used at a moment.
  ///
  /// - Throws: `expired` or `notYetValid`: join again.
  public func check(at now: UnixSeconds) throws(CredentialError) {
    try validity.check(at: now, "identity of \(printable(identity.username))")
  }

  /// The hash stored beside an identity, so that a newly configured token forces a new join.
  public static func tokenHash(of token: String) -> String {
    Hex.encode(SHA256.hash(data: Array(token.utf8)))
  }

  private static func joined(_ entries: [String]) -> [UInt8] {
    Array(entries.joined(separator: "$").utf8)
  }

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
