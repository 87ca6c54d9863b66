import Crypto
import Foundation
import SwiftASN1
import Wire
import X509

/// A certificate authority for tests: P-256 throughout, valid from an hour ago to an hour from now unless told otherwise.
struct TestAuthority {
  let key = P256.Signing.PrivateKey()
  let name: DistinguishedName
  let certificate: Certificate

  init(organization: String = "test.example") throws {
    name = try DistinguishedName {
      OrganizationName(organization)
      CommonName("authority")
    }
    let signer = Certificate.PrivateKey(key)
    certificate = try Certificate(
      version: .v3, serialNumber: .init(), publicKey: signer.publicKey,
      notValidBefore: Date(timeIntervalSinceNow: -7200),
      notValidAfter: Date(timeIntervalSinceNow: 7200), issuer: name, subject: name,
      signatureAlgorithm: .ecdsaWithSHA256,
      extensions: Certificate.Extensions {
        Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
        Critical(KeyUsage(keyCertSign: true))
      },
      issuerPrivateKey: signer)
  }

  var der: [UInt8] { get throws { try Self.der(certificate) } }

  var pem: String { get throws { try certificate.serializeAsPEM().pemString } }

  /// A leaf with its key.
  struct Leaf {
    var der: [UInt8]
    var keyPEM: String
    var certificatePEM: String

    var server: ServerCertificate { ServerCertificate(chain: [der], privateKeyPEM: keyPEM) }
    var client: ClientCertificate { ClientCertificate(chain: [der], privateKeyPEM: keyPEM) }
  }

  func issue(
    commonName: String = "leaf", names: [GeneralName] = [], from: TimeInterval = -3600,
    to: TimeInterval = 3600
  ) throws -> Leaf {
    let leafKey = P256.Signing.PrivateKey()
    let certificate = try Certificate(
      version: .v3, serialNumber: .init(), publicKey: .init(leafKey.publicKey),
      notValidBefore: Date(timeIntervalSinceNow: from),
      notValidAfter: Date(timeIntervalSinceNow: to), issuer: name,
      subject: try DistinguishedName { CommonName(commonName) },
      signatureAlgorithm: .ecdsaWithSHA256,
      extensions: try Certificate.Extensions {
        Critical(BasicConstraints.notCertificateAuthority)
        try ExtendedKeyUsage([.serverAuth, .clientAuth])
        if !names.isEmpty { SubjectAlternativeNames(names) }
      },
      issuerPrivateKey: .init(key))
    return Leaf(
      der: try Self.der(certificate), keyPEM: leafKey.pemRepresentation,
      certificatePEM: try certificate.serializeAsPEM().pemString)
  }

  /// A certificate for a server on loopback: its web names and its API names.
  func issueServer(from: TimeInterval = -3600, to: TimeInterval = 3600) throws -> Leaf {
    try issue(
      names: [
        .dnsName("localhost"), .ipAddress(ASN1OctetString(contentBytes: [127, 0, 0, 1])),
        .dnsName("teleport.cluster.local"), .dnsName("*.teleport.cluster.local"),
      ], from: from, to: to)
  }

  private static func der(_ certificate: Certificate) throws -> [UInt8] {
    var serializer = DER.Serializer()
    try serializer.serialize(certificate)
    return serializer.serializedBytes
  }
}
