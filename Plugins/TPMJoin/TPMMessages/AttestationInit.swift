import PluginABI
public import PluginKit

/// `TPMInit` without `client_params`: a fresh attestation key, the TPM's word on how it was made, and
/// the endorsement key.
public struct AttestationInit: Sendable, Equatable {
  /// The endorsement key, in one of the two forms a TPM has it.
  public enum Endorsement: Sendable, Equatable {
    /// X.509 DER of the certificate, possibly followed by the padding of its NV index.
    case certificate([UInt8])
    /// SubjectPublicKeyInfo DER.
    case publicKey([UInt8])
  }

  /// TPMT_PUBLIC of the attestation key.
  public var attestationKey: [UInt8]
  /// TPMS_CREATION_DATA.
  public var creationData: [UInt8]
  /// TPMS_ATTEST that TPM2_CertifyCreation made.
  public var creationAttestation: [UInt8]
  /// TPMT_SIGNATURE over ``creationAttestation``.
  public var creationSignature: [UInt8]
  public var endorsement: Endorsement

  public init(
    attestationKey: [UInt8], creationData: [UInt8], creationAttestation: [UInt8],
    creationSignature: [UInt8], endorsement: Endorsement
  ) {
    self.attestationKey = attestationKey
    self.creationData = creationData
    self.creationAttestation = creationAttestation
    self.creationSignature = creationSignature
    self.endorsement = endorsement
  }

  /// - Throws: `TENON_INVALID_ARGUMENT` when the bytes are no message, or hold no endorsement key or
  ///   two of them. What is inside the fields is not looked at.
  public init(parsing bytes: [UInt8]) throws(PluginError) {
    let message = try WireMessage(parsing: bytes)
    let certificate = message[Field.endorsementCertificate]
    let key = message[Field.endorsementKey]
    guard certificate.isEmpty || key.isEmpty else {
      throw PluginError(
        TENON_INVALID_ARGUMENT, "the client sent both an endorsement key and its certificate",
        hint: "send the certificate alone when the tpm has one")
    }
    guard !certificate.isEmpty || !key.isEmpty else {
      throw PluginError(
        TENON_INVALID_ARGUMENT,
        "the client sent neither an endorsement key nor its certificate")
    }
    self.init(
      attestationKey: message[Field.attestationKey], creationData: message[Field.creationData],
      creationAttestation: message[Field.creationAttestation],
      creationSignature: message[Field.creationSignature],
      endorsement: certificate.isEmpty ? .publicKey(key) : .certificate(certificate))
  }

  public var encoded: [UInt8] {
    var message = WireMessage()
    message.set(Field.attestationKey, attestationKey)
    message.set(Field.creationData, creationData)
    message.set(Field.creationAttestation, creationAttestation)
    message.set(Field.creationSignature, creationSignature)
    switch endorsement {
    case .certificate(let der): message.set(Field.endorsementCertificate, der)
    case .publicKey(let der): message.set(Field.endorsementKey, der)
    }
    return message.encoded
  }
}
