import FoundationEssentials
import SwiftASN1
import X509

/// An X.509 certificate authority of a cluster: issues the certificates of users, bots and servers.
public struct TLSAuthority: Sendable {
  /// Ten years, in seconds.
  public static let lifetime: UnixSeconds = 10 * 365 * 86_400

  /// The authority as it is distributed.
  public let certificate: TLSCertificate
  /// The key that signs.
  public let key: PrivateKey
  private let signer: Certificate.PrivateKey
  private let keyIdentifier: SubjectKeyIdentifier
  private let entropy: Entropy

  /// An authority from its stored parts.
  ///
  /// - Throws: `mismatch` when the key is not the certificate's, `unsupported` when the certificate
  ///   may not sign others.
  public init(
    certificate: TLSCertificate, key: PrivateKey, entropy: Entropy = .system
  ) throws(CredentialError) {
    guard try certificate.publicKey == key.publicKey else {
      throw CredentialError(
        .mismatch, "the private key of authority \(printable(certificate.subjectText)) does not fit"
      )
    }
    guard certificate.isAuthority else {
      throw CredentialError(
        .unsupported, "certificate \(printable(certificate.subjectText)) may not sign others")
    }
    self.certificate = certificate
    self.key = key
    self.entropy = entropy
    signer = key.x509
    keyIdentifier = SubjectKeyIdentifier(hash: certificate.x509.publicKey)
  }

  /// A new authority of a cluster, signed by itself, valid for ten years.
  ///
  /// - Parameter uris: URIs of the subject alternative name; empty for none.
  /// - Throws: `internalFailure` when the crypto library refuses.
  public static func selfSigned(
    clusterName: String, key: PrivateKey, now: UnixSeconds, uris: [String] = [],
    entropy: Entropy = .system
  ) throws(CredentialError) -> TLSAuthority {
    let serial = serialNumber(entropy)
    let name = DistinguishedName([
      RelativeDistinguishedName(
        .init(type: .RDNAttributeType.organizationName, utf8String: clusterName)),
      RelativeDistinguishedName(
        .init(type: .RDNAttributeType.commonName, utf8String: clusterName)),
      // Authorities of one cluster share their name; the serial number tells them apart.
      RelativeDistinguishedName(.init(type: [2, 5, 4, 5], utf8String: Decimal.text(serial))),
    ])
    let publicKey = key.x509.publicKey
    let certificate = try certificate(describing: "authority of \(printable(clusterName))") {
      try Certificate(
        version: .v3, serialNumber: Certificate.SerialNumber(bytes: serial), publicKey: publicKey,
        notValidBefore: date(now - Validity.backdating), notValidAfter: date(now + lifetime),
        issuer: name, subject: name,
        extensions: try Certificate.Extensions {
          Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
          Critical(
            KeyUsage(
              digitalSignature: true, keyEncipherment: true, keyCertSign: true, cRLSign: true))
          SubjectKeyIdentifier(hash: publicKey)
          if !uris.isEmpty {
            SubjectAlternativeNames(uris.map { .uniformResourceIdentifier($0) })
          }
        },
        issuerPrivateKey: key.x509)
    }
    return try TLSAuthority(certificate: certificate, key: key, entropy: entropy)
  }

  /// Issues the certificate of a user or bot.
  ///
  /// - Throws: `missing` when the identity has no name or no role; `internalFailure`.
  public func issue(
    _ identity: TLSIdentity, for publicKey: PublicKey, validity: Validity
  ) throws(CredentialError) -> TLSCertificate {
    guard !identity.username.isEmpty, !identity.roles.isEmpty || !identity.scopePin.isEmpty else {
      throw CredentialError(.missing, "certificate for a user without name or role")
    }
    return try issue(
      subject: identity.subject, for: publicKey, validity: validity, names: nil,
      describing: "certificate of \(printable(identity.username))")
  }

  /// Issues the certificate of one of the cluster's servers.
  public func issue(
    _ server: TLSServerCertificate, for publicKey: PublicKey
  ) throws(CredentialError) -> TLSCertificate {
    try issue(
      subject: server.subject, for: publicKey, validity: server.validity,
      names: server.alternativeNames, describing: "certificate of \(printable(server.commonName))")
  }

  private func issue(
    subject: DistinguishedName, for publicKey: PublicKey, validity: Validity,
    names: SubjectAlternativeNames?, describing what: String
  ) throws(CredentialError) -> TLSCertificate {
    guard validity.notBefore <= validity.notAfter, Self.moments.contains(validity.notBefore),
      Self.moments.contains(validity.notAfter)
    else {
      throw CredentialError(.malformed, "\(what) ends before it begins, or beyond the year 9999")
    }
    return try Self.certificate(describing: what) {
      try Certificate(
        version: .v3,
        serialNumber: Certificate.SerialNumber(bytes: Self.serialNumber(entropy)),
        publicKey: publicKey.x509, notValidBefore: Self.date(validity.notBefore),
        notValidAfter: Self.date(validity.notAfter), issuer: certificate.x509.subject,
        subject: subject,
        extensions: try Certificate.Extensions {
          Critical(BasicConstraints.notCertificateAuthority)
          Critical(KeyUsage(digitalSignature: true, keyEncipherment: true))
          try ExtendedKeyUsage([.serverAuth, .clientAuth])
          AuthorityKeyIdentifier(keyIdentifier: keyIdentifier.keyIdentifier)
          if let names { names }
        },
        issuerPrivateKey: signer)
    }
  }

  private static func certificate(
    describing what: String, _ make: () throws -> Certificate
  ) throws(CredentialError) -> TLSCertificate {
    do {
      let certificate = try make()
      var serializer = DER.Serializer()
      try serializer.serialize(certificate)
      return TLSCertificate(certificate, der: serializer.serializedBytes)
    } catch {
      throw CredentialError(.internalFailure, "could not issue \(what): \(error)")
    }
  }

  /// What a certificate can express, until the end of the year 9999 (RFC 5280 section 4.1.2.5).
  private static let moments: ClosedRange<UnixSeconds> = 0...253_402_300_799

  private static func date(_ seconds: UnixSeconds) -> Date {
    Date(timeIntervalSince1970: Double(seconds))
  }

  /// 128 random bits, positive and never zero (RFC 5280 section 4.1.2.2).
  private static func serialNumber(_ entropy: Entropy) -> [UInt8] {
    var serial = entropy.bytes(16)
    if serial.allSatisfy({ $0 == 0 }) { serial[15] = 1 }
    return serial
  }
}
