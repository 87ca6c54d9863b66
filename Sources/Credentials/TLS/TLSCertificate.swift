import Crypto
import FoundationEssentials
import SwiftASN1
import X509

/// An X.509 certificate that parses; nothing is said about who signed it.
public struct TLSCertificate: Sendable, Hashable {
  /// The longest certificate that is looked at.
  public static let maxBytes = 1 << 16

  /// The certificate, DER.
  public let der: [UInt8]
  let x509: Certificate

  init(_ x509: Certificate, der: [UInt8]) {
    self.x509 = x509
    self.der = der
  }

  /// Reads one certificate.
  ///
  /// - Throws: `malformed`, also for a key of an unknown algorithm.
  public init(der: [UInt8]) throws(CredentialError) {
    guard der.count <= Self.maxBytes else {
      throw CredentialError(.malformed, "certificate is longer than \(Self.maxBytes) bytes")
    }
    do {
      x509 = try Certificate(derEncoded: der)
    } catch {
      throw CredentialError(
        .malformed, "certificate is no X.509 certificate with a key of a known algorithm")
    }
    self.der = der
  }

  /// Reads the first PEM block, which must be a `CERTIFICATE`; later blocks are ignored.
  public init(pem: some Collection<UInt8>) throws(CredentialError) {
    guard let block = try PEM.parse(pem).first else {
      throw CredentialError(.missing, "no PEM block where a certificate should be")
    }
    try self.init(block)
  }

  /// Reads the first PEM block, which must be a `CERTIFICATE`; later blocks are ignored.
  public init(pem: String) throws(CredentialError) {
    try self.init(pem: pem.utf8)
  }

  /// All certificates of a PEM text, in order.
  public static func all(pem: some Collection<UInt8>) throws(CredentialError) -> [TLSCertificate] {
    var certificates: [TLSCertificate] = []
    for block in try PEM.parse(pem) {
      certificates.append(try TLSCertificate(block))
    }
    return certificates
  }

  private init(_ block: PEMBlock) throws(CredentialError) {
    guard block.label == "CERTIFICATE" else {
      throw CredentialError(.malformed, "PEM block \(printable(block.label)) is no certificate")
    }
    try self.init(der: block.bytes)
  }

  /// The certificate as PEM with one final newline.
  public var pem: String { PEMBlock(label: "CERTIFICATE", bytes: der).text }

  /// When the certificate can be used.
  public var validity: Validity {
    Validity(
      notBefore: UnixSeconds(x509.notValidBefore.timeIntervalSince1970),
      notAfter: UnixSeconds(x509.notValidAfter.timeIntervalSince1970))
  }

  /// The serial number, big-endian without leading zeros.
  public var serialNumber: [UInt8] { Array(x509.serialNumber.bytes) }

  /// The certified key.
  public var publicKey: PublicKey {
    get throws(CredentialError) { try PublicKey(pkixDER: subjectPublicKeyInfo) }
  }

  /// SubjectPublicKeyInfo exactly as it stands in the certificate, DER.
  public var subjectPublicKeyInfo: [UInt8] {
    get throws(CredentialError) {
      do {
        let root = try DER.parse(Array(x509.tbsCertificateBytes))
        guard case .constructed(let nodes) = root.content else { throw ASN1Failure() }
        // version (tagged, absent in version 1), serial, signature, issuer, validity, subject, key
        let fields = Array(nodes)
        let first = fields.first?.identifier == .integer ? 0 : 1
        guard fields.count > first + 5 else { throw ASN1Failure() }
        return Array(fields[first + 5].encodedBytes)
      } catch {
        throw CredentialError(.malformed, "certificate has no public key")
      }
    }
  }

  private struct ASN1Failure: Error {}

  /// Values of O in the issuer's name, in order. The first is the cluster of a user certificate.
  public var issuerOrganizations: [String] {
    Self.values(of: .RDNAttributeType.organizationName, in: x509.issuer)
  }

  /// The subject in the notation of RFC 4514, as its issuer wrote it: not yet safe to print.
  public var subjectText: String { String(describing: x509.subject) }

  /// Whether the certificate may sign others.
  public var isAuthority: Bool {
    guard let constraints = try? x509.extensions.basicConstraints else { return false }
    if case .isCertificateAuthority = constraints { return true }
    return false
  }

  static func values(of type: ASN1ObjectIdentifier, in name: DistinguishedName) -> [String] {
    name.flatMap { $0 }.filter { $0.type == type }.compactMap { String($0.value) }
  }
}
