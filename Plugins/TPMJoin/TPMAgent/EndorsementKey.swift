import CTSS2
import PluginABI
import PluginKit
import TPMSystem

/// The key that tells this TPM from all others, and its certificate where it has one.
struct EndorsementKey {
  private enum Handle {
    static let certificate: UInt32 = 0x01C0_0002
    static let nonce: UInt32 = 0x01C0_0003
    static let key: UInt32 = 0x8101_0001
  }

  let certificate: Certificate?
  /// SubjectPublicKeyInfo DER: the certificate's where there is one.
  let publicKey: [UInt8]
  /// What allow rules hold: SHA-256 of `publicKey` in lower-case hexadecimal.
  let publicHash: String
  /// The key itself, where it had to be found to be read.
  private let object: ESYS_TR?

  /// Reads both from the TPM. The key is read where a provisioned TPM keeps it, else derived.
  ///
  /// - Parameter forUse: whether `load` follows. A key that had to be derived is kept for it;
  ///   otherwise nothing stays behind.
  init(_ tpm: TPM, forUse: Bool) throws(PluginError) {
    certificate = try Self.readCertificate(tpm)
    if let certificate {
      publicKey = certificate.publicKey
      object = nil
    } else if let kept = try Self.persistent(tpm), kept.isStandard {
      publicKey = kept.publicKey
      object = kept.object
    } else {
      let primary = try Self.derive(tpm)
      publicKey = primary.publicKey
      object = forUse ? try Self.keep(primary.object, tpm) : nil
      if !forUse { tpm.flush(primary.object) }
    }
    publicHash = Self.hash(publicKey)
  }

  /// The loaded key, to open credentials with. Derived, and kept in the TPM, when it is not there.
  ///
  /// - Throws: `TENON_REFUSED` when the certificate is for a key that this TPM does not have.
  func load(_ tpm: TPM) throws(PluginError) -> ESYS_TR {
    if let object { return object }
    let kept = try Self.persistent(tpm)
    if let kept, kept.publicKey == publicKey { return kept.object }
    let primary = try Self.derive(tpm)
    guard primary.publicKey == publicKey else {
      tpm.flush(primary.object)
      throw PluginError(
        TENON_REFUSED,
        "the endorsement certificate in the TPM is for another key than the TPM has",
        hint: "the TPM was cleared with a new endorsement seed; remove the certificate "
          + "(tpm2_nvundefine 0x1c00002) and register the key's hash",
        retry: TENON_RETRY_AFTER_OPERATOR)
    }
    return try Self.keep(primary.object, tpm)
  }

  /// Puts a derived key where TPMs keep it, unless another key is there.
  private static func keep(_ object: ESYS_TR, _ tpm: TPM) throws(PluginError) -> ESYS_TR {
    try tpm.exists(Handle.key) ? object : try tpm.persist(object, at: Handle.key)
  }

  private static func readCertificate(_ tpm: TPM) throws(PluginError) -> Certificate? {
    guard try tpm.exists(Handle.certificate) else { return nil }
    do {
      if let found = Certificate(
        nonVolatile: try tpm.nonVolatile(Handle.certificate, owner: false))
      {
        return found
      }
      tpm.log.warning("the TPM's endorsement certificate is not readable as X.509 and is left out")
    } catch let failure {
      if failure.code == TENON_CANCELLED { throw failure }
      tpm.log.warning("the TPM's endorsement certificate is left out: " + failure.message)
    }
    return nil
  }

  private static func persistent(
    _ tpm: TPM
  ) throws(PluginError) -> (object: ESYS_TR, publicKey: [UInt8], isStandard: Bool)? {
    guard try tpm.exists(Handle.key) else { return nil }
    let object = try tpm.object(Handle.key)
    let area = try tpm.publicArea(object)
    return (
      object, encode(area),
      KeyTemplate.isKind(try KeyTemplate.bytes(area), KeyTemplate.endorsement)
    )
  }

  private static func derive(
    _ tpm: TPM
  ) throws(PluginError) -> (object: ESYS_TR, publicKey: [UInt8]) {
    var unique: [UInt8] = []
    if try tpm.exists(Handle.nonce), let nonce = try? tpm.nonVolatile(Handle.nonce, owner: true) {
      unique = nonce
    }
    let template = try KeyTemplate.template(KeyTemplate.endorsement, unique: unique)
    let primary = try tpm.createPrimary(ESYS_TR_RH_ENDORSEMENT, template)
    let key = encode(primary.area)
    guard !key.isEmpty else {
      tpm.flush(primary.object)
      throw PluginError(TENON_UNSUPPORTED, "the TPM's endorsement key is no RSA key")
    }
    return (primary.object, key)
  }

  /// An RSA public area as SubjectPublicKeyInfo DER; empty for other kinds of keys.
  private static func encode(_ area: TPM2B_PUBLIC) -> [UInt8] {
    guard area.publicArea.type == TPMI_ALG_PUBLIC(TPM2_ALG_RSA) else { return [] }
    let exponent = area.publicArea.parameters.rsaDetail.exponent
    let modulus = SizedBuffer.content(area.publicArea.unique.rsa)
    var der = [UInt8](repeating: 0, count: 1024)
    let size = der.withUnsafeMutableBufferPointer { out in
      modulus.withUnsafeBufferPointer {
        tenon_tpm_rsa_public(
          $0.baseAddress, $0.count, exponent == 0 ? 65_537 : exponent, out.baseAddress, out.count)
      }
    }
    return [UInt8](der[..<size])
  }

  private static func hash(_ bytes: [UInt8]) -> String {
    var digest = [UInt8](repeating: 0, count: 32)
    digest.withUnsafeMutableBufferPointer { out in
      bytes.withUnsafeBufferPointer { tenon_tpm_sha256($0.baseAddress, $0.count, out.baseAddress) }
    }
    return Hex.text(digest)
  }
}
