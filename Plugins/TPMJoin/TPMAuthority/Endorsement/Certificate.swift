import COpenSSL
import PluginKit
import TPMStructures

/// An X.509 certificate, owned.
final class Certificate {
  let raw: OpaquePointer

  /// - Parameters:
  ///   - der: begins with the certificate.
  ///   - allowsPadding: whether bytes may follow, as in the NV index of many TPMs.
  /// - Returns: nil when there is no certificate.
  init?(der: [UInt8], allowsPadding: Bool) {
    var used = 0
    let parsed = der.withUnsafeBufferPointer { buffer -> OpaquePointer? in
      guard let start = buffer.baseAddress else { return nil }
      var at: UnsafePointer<UInt8>? = start
      let certificate = d2i_X509(nil, &at, buffer.count)
      if let at { used = at - start }
      return certificate
    }
    guard let parsed else {
      ERR_clear_error()
      return nil
    }
    raw = parsed
    if !allowsPadding, used != der.count { return nil }
  }

  deinit { X509_free(raw) }

  /// SubjectPublicKeyInfo as the certificate has it, DER; empty when it cannot be written.
  var publicKeyInfo: [UInt8] {
    let info = X509_get_X509_PUBKEY(raw)
    let count = i2d_X509_PUBKEY(info, nil)
    guard count > 0 else {
      ERR_clear_error()
      return []
    }
    var out = [UInt8](repeating: 0, count: Int(count))
    out.withUnsafeMutableBufferPointer { buffer in
      var at = buffer.baseAddress
      _ = i2d_X509_PUBKEY(info, &at)
    }
    return out
  }

  /// "has expired" or "is not yet valid", nil when neither.
  func validityObjection(at time: Int64) -> String? {
    var moment = time_t(time)
    // Zero is an error of X509_cmp_time: a time nobody can read.
    if X509_cmp_time(X509_get0_notAfter(raw), &moment) <= 0 { return "has expired" }
    if X509_cmp_time(X509_get0_notBefore(raw), &moment) >= 0 { return "is not yet valid" }
    return nil
  }

  /// The serial number as `ek_certificate_serial` spells it: lower-case bytes joined by colons.
  ///
  /// - Throws: for a negative number, which RFC 5280 section 4.1.2.2 forbids.
  func serial() throws(MalformedStructure) -> String {
    guard let number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(raw), nil) else {
      ERR_clear_error()
      throw MalformedStructure("the certificate has no serial number")
    }
    defer { BN_free(number) }
    guard BN_is_negative(number) == 0 else {
      throw MalformedStructure("the certificate has a negative serial number")
    }
    let count = max(1, (Int(BN_num_bits(number)) + 7) / 8)
    var bytes = [UInt8](repeating: 0, count: count)
    guard BN_bn2binpad(number, &bytes, Int32(count)) == count else {
      throw MalformedStructure("the certificate has no serial number")
    }
    var text = ""
    for byte in bytes {
      if !text.isEmpty { text += ":" }
      text += Hex.text([byte])
    }
    return text
  }
}
