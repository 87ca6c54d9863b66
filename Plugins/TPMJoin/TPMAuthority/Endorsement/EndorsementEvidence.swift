import Documents
import PluginKit
import TPMMessages

/// What the client showed of its endorsement key, checked as far as the token demands.
struct EndorsementEvidence {
  let key: EndorsementKey
  /// `ek_public_hash`
  let publicHash: String
  /// `ek_certificate_serial`; empty without a certificate.
  let certificateSerial: String
  /// Whether the certificate chains to a listed authority. False when the token lists none.
  let isCertificateVerified: Bool

  /// The join attributes of the method.
  var attributes: [(String, Node)] {
    [
      ("ek_pub_hash", .text(publicHash)), ("ek_cert_serial", .text(certificateSerial)),
      ("ek_cert_verified", .flag(isCertificateVerified)),
    ]
  }
}
