import Crypto
import Foundation
import SwiftASN1
import X509

/// A maker of TPMs: a certificate authority, and the endorsement certificates it signs. Made with a
/// stack that is not the plugin's.
struct Maker: Sendable {
  let key = P256.Signing.PrivateKey()
  let name: DistinguishedName
  let certificate: Certificate

  static let start = Date(timeIntervalSince1970: TimeInterval(TestClock.start))
  static let year: TimeInterval = 365 * 86_400

  init(_ name: String = "Maker", notBefore: TimeInterval = -year, notAfter: TimeInterval = year)
    throws
  {
    self.name = try DistinguishedName { CommonName(name) }
    certificate = try Certificate(
      version: .v3, serialNumber: .init(bytes: [1]), publicKey: .init(key.publicKey),
      notValidBefore: Self.start + notBefore, notValidAfter: Self.start + notAfter,
      issuer: self.name, subject: self.name, signatureAlgorithm: .ecdsaWithSHA256,
      extensions: try Certificate.Extensions {
        Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
        Critical(KeyUsage(keyCertSign: true))
      }, issuerPrivateKey: .init(key))
  }

  /// Not an authority at all: a TPM whose certificate the maker signed, and who signs others.
  init(leafOf maker: Maker) throws {
    name = try DistinguishedName { CommonName("Leaf") }
    certificate = try Certificate(
      version: .v3, serialNumber: .init(bytes: [2]), publicKey: .init(key.publicKey),
      notValidBefore: Self.start - Self.year, notValidAfter: Self.start + Self.year,
      issuer: maker.name, subject: name, signatureAlgorithm: .ecdsaWithSHA256,
      extensions: try Certificate.Extensions {
        Critical(BasicConstraints.notCertificateAuthority)
      }, issuerPrivateKey: .init(maker.key))
  }

  var pem: String { get throws { try certificate.serializeAsPEM().pemString } }

  /// decimal 1337133713371337
  static let serial: [UInt8] = [0x04, 0xC0, 0x1D, 0xB4, 0x00, 0xB0, 0xC9]
  static let serialText = "04:c0:1d:b4:00:b0:c9"

  /// An endorsement certificate as makers issue them: no subject, and the TPM's model in a critical
  /// subjectAltName.
  ///
  /// - Parameter publicKey: SubjectPublicKeyInfo, DER.
  func endorse(
    _ publicKey: [UInt8], serial: [UInt8] = serial, notBefore: TimeInterval = -year,
    notAfter: TimeInterval = year, unknownCriticalExtension: Bool = false
  ) throws -> [UInt8] {
    let model = DistinguishedName([
      RelativeDistinguishedName(
        .init(type: [2, 23, 133, 2, 1], utf8String: "id:00001014")),
      RelativeDistinguishedName(
        .init(type: [2, 23, 133, 2, 2], utf8String: "example")),
    ])
    let certificate = try Certificate(
      version: .v3, serialNumber: .init(bytes: serial),
      publicKey: .init(derEncoded: publicKey),
      notValidBefore: Self.start + notBefore, notValidAfter: Self.start + notAfter, issuer: name,
      subject: DistinguishedName(), signatureAlgorithm: .ecdsaWithSHA256,
      extensions: try Certificate.Extensions {
        Critical(BasicConstraints.notCertificateAuthority)
        Critical(SubjectAlternativeNames([.directoryName(model)]))
        try ExtendedKeyUsage([.init(oid: [2, 23, 133, 8, 1])])
        if unknownCriticalExtension {
          Certificate.Extension(
            oid: [1, 3, 6, 1, 4, 1, 99999, 1], critical: true, value: [0x05, 0x00])
        }
      }, issuerPrivateKey: .init(key))
    var serializer = DER.Serializer()
    try serializer.serialize(certificate)
    return serializer.serializedBytes
  }
}
