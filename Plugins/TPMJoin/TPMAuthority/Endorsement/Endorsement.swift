import PluginKit
import TPMMessages
import TPMStructures

/// The endorsement key as the client sent it, before its certificate is judged. A certificate's key is
/// the key; there is no other way to name one beside it.
struct Endorsement {
  private let key: EndorsementKey
  private let certificate: Certificate?
  let publicHash: String
  let certificateSerial: String

  init(_ sent: AttestationInit.Endorsement) throws(Rejection) {
    switch sent {
    case .publicKey(let der):
      key = try Rejection.parsing { () throws(MalformedStructure) in
        try EndorsementKey(parsing: der)
      }
      certificate = nil
      certificateSerial = ""
    case .certificate(let der):
      guard let parsed = Certificate(der: der, allowsPadding: true) else {
        throw .refused("the endorsement certificate is no X.509 certificate")
      }
      key = try Rejection.parsing { () throws(MalformedStructure) in
        try EndorsementKey(parsing: parsed.publicKeyInfo)
      }
      certificateSerial = try Rejection.parsing { () throws(MalformedStructure) in
        try parsed.serial()
      }
      certificate = parsed
    }
    let key = key
    publicHash = try Rejection.computing { () throws(PluginError) in try key.publicHash() }
  }

  /// - Parameter authorities: those of the token; empty means that no certificate is verified.
  func judged(
    by authorities: CertificateAuthorities, at time: Int64
  ) throws(Rejection) -> EndorsementEvidence {
    if !authorities.isEmpty {
      guard let certificate else {
        throw .refused("tpm did not provide an EKCert to validate against allowed CAs")
      }
      let objection = try Rejection.computing { () throws(PluginError) in
        try authorities.objection(to: certificate, at: time)
      }
      if let objection { throw .refused("verifying EKCert: " + objection) }
    }
    return EndorsementEvidence(
      key: key, publicHash: publicHash, certificateSerial: certificateSerial,
      isCertificateVerified: !authorities.isEmpty)
  }
}
