import Documents

/// One TPM, or one batch of them, that may join with the token.
struct AllowRule {
  /// 64 lower-case hex digits; empty: any key.
  var publicHash = ""
  /// Lower-case bytes joined by colons; empty: any certificate, or none.
  var certificateSerial = ""

  /// Every field that is set must be equal. A serial counts only from a certificate that chains to a
  /// listed authority: anybody can make a certificate with any number.
  func matches(_ evidence: EndorsementEvidence) -> Bool {
    if publicHash.isEmpty, certificateSerial.isEmpty { return false }
    if !publicHash.isEmpty, !publicHash.sameBytes(as: evidence.publicHash) { return false }
    if !certificateSerial.isEmpty {
      guard evidence.isCertificateVerified,
        certificateSerial.sameBytes(as: evidence.certificateSerial)
      else { return false }
    }
    return true
  }
}
