import Crypto

/// The hash of an authority's key, told to a machine ahead of time so that it can recognise a cluster
/// it has never talked to.
public struct CertificatePin: Sendable, Hashable, CustomStringConvertible {
  /// `sha256:` and the lowercase hex SHA-256 of SubjectPublicKeyInfo.
  public let description: String

  /// Reads a configured pin: two parts at one `:`, the first of them `sha256`.
  ///
  /// The second part is compared as it is, letter for letter.
  public init(_ text: String) throws(CredentialError) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0] == "sha256" else {
      throw CredentialError(
        .malformed, "CA pin \(printable(text)) is not of the form sha256:<hex>",
        remedy: "copy it from the output of the authority's status command")
    }
    description = text
  }

  /// The pin of a certificate's key.
  public init(_ certificate: TLSCertificate) throws(CredentialError) {
    let digest = SHA256.hash(data: try certificate.subjectPublicKeyInfo)
    description = "sha256:" + Hex.encode(digest)
  }

  /// Checks certificates that a cluster presented against the configured pins.
  ///
  /// Every certificate must have a pin, while a pin may go without certificate; and every
  /// certificate must be valid at `now`.
  ///
  /// - Throws: `malformed` for a pin of another form, before anything is compared; `untrusted` for
  ///   a certificate without pin; `missing` when there are no certificates; `expired`,
  ///   `notYetValid`.
  public static func check(
    _ pins: [String], against certificates: [TLSCertificate], now: UnixSeconds
  ) throws(CredentialError) {
    var known: Set<CertificatePin> = []
    for pin in pins {
      known.insert(try CertificatePin(pin))
    }
    guard !certificates.isEmpty else {
      throw CredentialError(.missing, "the cluster presented no authority certificates")
    }
    for certificate in certificates {
      let pin = try CertificatePin(certificate)
      guard known.contains(pin) else {
        throw CredentialError(
          .untrusted,
          "cluster pin does not match any provided certificate authority pin: presented \(pin)",
          remedy: "compare with the authority's status command, over a channel you trust")
      }
      try certificate.validity.check(at: now, "authority certificate \(pin)")
    }
  }
}
