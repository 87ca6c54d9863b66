import PluginABI
import PluginKit
import TPMSystem

/// The certificate a manufacturer gave a TPM's endorsement key.
struct Certificate {
  /// X.509 DER, without what stands around it in the TPM.
  let der: [UInt8]
  /// SubjectPublicKeyInfo DER.
  let publicKey: [UInt8]
  /// The serial number in the way allow rules write it: `04:c0:1d`.
  let serial: String
  /// RFC 2253, cut to 511 bytes.
  let issuer: String

  /// Reads the content of the certificate's NV index: bare DER, or DER behind the header TCG's PC
  /// client specification once asked for (`10 01 00` and a length), in both cases perhaps padded.
  ///
  /// - Returns: nil when there is no certificate in it, or one whose key is of no usable kind.
  init?(nonVolatile content: [UInt8]) {
    var bytes = content
    if content.count > 5, content.starts(with: [0x10, 0x01, 0x00]) {
      let length = Int(content[3]) << 8 | Int(content[4])
      bytes = [UInt8](content.dropFirst(5).prefix(length))
    }
    var facts = tenon_tpm_certificate()
    let status = bytes.withUnsafeBufferPointer {
      tenon_tpm_read_certificate($0.baseAddress, $0.count, &facts)
    }
    guard status == 0, facts.public_key_size > 0 else { return nil }
    der = [UInt8](bytes[..<facts.der_size])
    publicKey = withUnsafeBytes(of: facts.public_key) { [UInt8]($0.prefix(facts.public_key_size)) }
    let number = withUnsafeBytes(of: facts.serial) { [UInt8]($0.prefix(facts.serial_size)) }
    serial = Hex.text(number.isEmpty ? [0] : number, separator: 0x3A)
    issuer = withUnsafeBytes(of: facts.issuer) {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}
