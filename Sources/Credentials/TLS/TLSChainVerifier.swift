import FoundationEssentials
import SwiftASN1
@_spi(FixedExpiryValidationTime) import X509

/// Decides whether the certificate chain of a client leads to one of the trusted authorities.
public struct TLSChainVerifier: Sendable {
  /// A leaf and what a client may send along. Few, because paths through them are tried one by one.
  static let maxChain = 4

  private let store: CertificateStore

  /// - Parameter authorities: trusted authority certificates; several may have one name.
  public init(authorities: [TLSCertificate]) {
    store = CertificateStore(authorities.map(\.x509))
  }

  /// Verifies a chain as a peer presented it, leaf first.
  ///
  /// - Parameters:
  ///   - chain: certificates, DER.
  ///   - now: the moment at which every certificate of the chain must be valid.
  /// - Returns: the leaf.
  /// - Throws: `missing` for an empty chain, `malformed`, `expired` or `notYetValid` for the leaf,
  ///   `unsupported` for a leaf that is an authority or not meant for clients, `untrusted`.
  public func verify(
    chain: [[UInt8]], now: UnixSeconds
  ) async throws(CredentialError) -> TLSCertificate {
    guard let first = chain.first else {
      throw CredentialError(.missing, "client presented no certificate")
    }
    guard chain.count <= Self.maxChain else {
      throw CredentialError(.malformed, "client presented \(chain.count) certificates")
    }
    let leaf = try TLSCertificate(der: first)
    var intermediates: [Certificate] = []
    for der in chain.dropFirst() {
      intermediates.append(try TLSCertificate(der: der).x509)
    }
    try leaf.validity.check(at: now, "client certificate")
    guard !leaf.isAuthority else {
      throw CredentialError(.unsupported, "client presented an authority's certificate as its own")
    }
    guard leaf.isForClients else {
      throw CredentialError(.unsupported, "client certificate is not meant for clients")
    }
    var verifier = Verifier(rootCertificates: store) {
      RFC5280Policy(
        fixedExpiryValidationTime: Date(timeIntervalSince1970: Double(now)))
    }
    let result = await verifier.validate(
      leaf: leaf.x509, intermediates: CertificateStore(intermediates))
    guard case .validCertificate = result else {
      throw CredentialError(
        .untrusted,
        "client certificate of \(printable(leaf.subjectText)) leads to no trusted authority")
    }
    return leaf
  }
}

extension TLSCertificate {
  /// Whether the extended key usage allows client authentication; absence allows everything.
  var isForClients: Bool {
    guard let usage = try? x509.extensions.extendedKeyUsage else {
      return x509.extensions[oid: .X509ExtensionID.extendedKeyUsage] == nil
    }
    return usage.contains(.clientAuth) || usage.contains(.any)
  }
}
