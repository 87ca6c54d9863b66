import CTSS2
import PluginABI
import PluginKit
import TPMSystem

/// Certifying a key, and opening what was encrypted for it.
extension TPM {
  /// The TPM's statement how a key came to be, signed by that key itself (RSASSA, SHA-256).
  ///
  /// - Returns: TPMS_ATTEST and TPMT_SIGNATURE.
  func certifyCreation(
    of key: NewKey, _ object: ESYS_TR
  ) throws(PluginError) -> (statement: [UInt8], signature: [UInt8]) {
    var key = key
    var qualifying = TPM2B_DATA()
    var scheme = TPMT_SIG_SCHEME()
    scheme.scheme = TPM2_ALG_ID(TPM2_ALG_RSASSA)
    scheme.details.rsassa.hashAlg = TPM2_ALG_ID(TPM2_ALG_SHA256)
    var statement: UnsafeMutablePointer<TPM2B_ATTEST>?
    var signature: UnsafeMutablePointer<TPMT_SIGNATURE>?
    try run(
      "TPM2_CertifyCreation",
      {
        Esys_CertifyCreation_Async(
          $0, object, object, ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE, &qualifying, &key.hash,
          &scheme, &key.ticket)
      }, { Esys_CertifyCreation_Finish($0, &statement, &signature) })
    let taken = (Self.take(statement), Self.take(signature))
    guard let statement = taken.0, var signature = taken.1 else {
      throw Self.nothing("TPM2_CertifyCreation")
    }
    return (
      SizedBuffer.content(statement),
      try KeyTemplate.marshal(MemoryLayout<TPMT_SIGNATURE>.size) {
        Tss2_MU_TPMT_SIGNATURE_Marshal(&signature, $0, $1, $2)
      }
    )
  }

  /// Opens a credential made for `key` and the endorsement key: TPM2_ActivateCredential under a policy
  /// session that satisfies the endorsement key's policy. The session is gone afterwards.
  ///
  /// - Parameters:
  ///   - blob: TPM2B_ID_OBJECT without its size.
  ///   - seed: TPM2B_ENCRYPTED_SECRET without its size.
  func activate(
    key: ESYS_TR, endorsement: ESYS_TR, blob: [UInt8], seed: [UInt8]
  ) throws(PluginError) -> [UInt8] {
    var credential = TPM2B_ID_OBJECT()
    var encrypted = TPM2B_ENCRYPTED_SECRET()
    guard SizedBuffer.fill(&credential, blob), SizedBuffer.fill(&encrypted, seed) else {
      throw PluginError(
        TENON_INVALID_ARGUMENT, "the authority's credential is larger than a TPM takes")
    }
    let session = try endorsementSession()
    defer { flush(session) }
    try watch.check()
    var answer: UnsafeMutablePointer<TPM2B_DIGEST>?
    let code = attempt(
      "TPM2_ActivateCredential",
      {
        Esys_ActivateCredential_Async(
          $0, key, endorsement, ESYS_TR_PASSWORD, session, ESYS_TR_NONE, &credential, &encrypted)
      }, { Esys_ActivateCredential_Finish($0, &answer) })
    guard code == 0 else {
      let failure = TPMFailure.make("TPM2_ActivateCredential", code)
      guard code & TENON_TSS2_LAYER_MASK == 0, failure.code == TENON_UNAVAILABLE else {
        throw failure
      }
      throw PluginError(
        TENON_INVALID_ARGUMENT,
        "the credential the authority sent was not made for this TPM: " + failure.message,
        hint: "try again; if it stays, check that the TPM's endorsement certificate is its own")
    }
    guard let answer, answer.pointee.size > 0 else {
      throw Self.nothing("TPM2_ActivateCredential")
    }
    let secret = SizedBuffer.content(answer.pointee)
    tenon_tpm_wipe(answer, MemoryLayout<TPM2B_DIGEST>.size)
    Esys_Free(answer)
    return secret
  }

  /// A policy session in which the endorsement hierarchy, which has no password, has vouched.
  private func endorsementSession() throws(PluginError) -> ESYS_TR {
    var session: ESYS_TR = 0
    var nonce = TPM2B_NONCE()
    nonce.size = 16
    var symmetric = TPMT_SYM_DEF()
    symmetric.algorithm = TPM2_ALG_ID(TPM2_ALG_NULL)
    try run(
      "TPM2_StartAuthSession",
      {
        Esys_StartAuthSession_Async(
          $0, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, &nonce,
          TPM2_SE(TPM2_SE_POLICY), &symmetric, TPMI_ALG_HASH(TPM2_ALG_SHA256))
      }, { Esys_StartAuthSession_Finish($0, &session) })
    remember(session)
    var empty = TPM2B_NONCE()
    var noParameters = TPM2B_DIGEST()
    var reference = TPM2B_NONCE()
    var timeout: UnsafeMutablePointer<TPM2B_TIMEOUT>?
    var ticket: UnsafeMutablePointer<TPMT_TK_AUTH>?
    do {
      try run(
        "TPM2_PolicySecret",
        {
          Esys_PolicySecret_Async(
            $0, ESYS_TR_RH_ENDORSEMENT, session, ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE,
            &empty, &noParameters, &reference, 0)
        }, { Esys_PolicySecret_Finish($0, &timeout, &ticket) })
    } catch let failure {
      flush(session)
      throw failure
    }
    _ = Self.take(timeout)
    _ = Self.take(ticket)
    return session
  }
}
