internal import NIOSSL
internal import SwiftASN1
internal import X509

extension CertificateNames {
  /// Reads the names of a certificate; one that cannot be parsed has none.
  init(_ leaf: NIOSSLCertificate) {
    self.init(dns: [])
    guard let bytes = try? leaf.toDERBytes(), let certificate = try? Certificate(derEncoded: bytes),
      let alternatives = try? certificate.extensions.subjectAlternativeNames
    else { return }
    for name in alternatives {
      switch name {
      case .dnsName(let name): dns.append(name.lowercased())
      case .ipAddress(let address): addresses.append(Array(address.bytes))
      default: continue
      }
    }
  }
}
