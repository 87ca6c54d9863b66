import CTSS2
import PluginABI
import PluginKit

/// Making keys.
extension TPM {
  /// A key derived from a hierarchy's seed: the same one each time. Loaded until flushed.
  ///
  /// - Parameter hierarchy: `ESYS_TR_RH_OWNER` or `ESYS_TR_RH_ENDORSEMENT`; without a password.
  func createPrimary(
    _ hierarchy: ESYS_TR, _ template: TPM2B_PUBLIC
  ) throws(PluginError) -> (object: ESYS_TR, area: TPM2B_PUBLIC) {
    var object: ESYS_TR = 0
    var area: UnsafeMutablePointer<TPM2B_PUBLIC>?
    var data: UnsafeMutablePointer<TPM2B_CREATION_DATA>?
    var hash: UnsafeMutablePointer<TPM2B_DIGEST>?
    var ticket: UnsafeMutablePointer<TPMT_TK_CREATION>?
    var template = template
    var sensitive = TPM2B_SENSITIVE_CREATE()
    var outside = TPM2B_DATA()
    var registers = TPML_PCR_SELECTION()
    try run(
      "TPM2_CreatePrimary",
      {
        Esys_CreatePrimary_Async(
          $0, hierarchy, ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE, &sensitive, &template,
          &outside, &registers)
      }, { Esys_CreatePrimary_Finish($0, &object, &area, &data, &hash, &ticket) })
    remember(object)
    _ = Self.take(data)
    _ = Self.take(hash)
    _ = Self.take(ticket)
    guard let area = Self.take(area) else { throw Self.nothing("TPM2_CreatePrimary") }
    return (object, area)
  }

  /// Keeps a primary key at a handle of its own, so that it needs not be derived again, and flushes
  /// the loaded one. A TPM whose owner forbids that, or that is full, keeps the loaded key.
  ///
  /// - Returns: the object to use from here on.
  func persist(_ object: ESYS_TR, at handle: UInt32) throws(PluginError) -> ESYS_TR {
    try watch.check()
    var kept: ESYS_TR = 0
    let code = attempt(
      "TPM2_EvictControl",
      {
        Esys_EvictControl_Async(
          $0, ESYS_TR_RH_OWNER, object, ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE, handle)
      }, { Esys_EvictControl_Finish($0, &kept) })
    guard code == 0 else {
      log.warning(
        TPMFailure.make("TPM2_EvictControl", code).message
          + "; every join derives the key at 0x" + Hex.short(handle) + " anew")
      return object
    }
    flush(object)
    return kept
  }

  /// A new key under a parent, with what the TPM says of its making.
  func create(_ parent: ESYS_TR, _ template: TPM2B_PUBLIC) throws(PluginError) -> NewKey {
    var secret: UnsafeMutablePointer<TPM2B_PRIVATE>?
    var area: UnsafeMutablePointer<TPM2B_PUBLIC>?
    var data: UnsafeMutablePointer<TPM2B_CREATION_DATA>?
    var hash: UnsafeMutablePointer<TPM2B_DIGEST>?
    var ticket: UnsafeMutablePointer<TPMT_TK_CREATION>?
    var template = template
    var sensitive = TPM2B_SENSITIVE_CREATE()
    var outside = TPM2B_DATA()
    var registers = TPML_PCR_SELECTION()
    try run(
      "TPM2_Create",
      {
        Esys_Create_Async(
          $0, parent, ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE, &sensitive, &template,
          &outside, &registers)
      }, { Esys_Create_Finish($0, &secret, &area, &data, &hash, &ticket) })
    let taken = (
      Self.take(secret), Self.take(area), Self.take(data), Self.take(hash), Self.take(ticket)
    )
    guard let secret = taken.0, let area = taken.1, let data = taken.2, let hash = taken.3,
      let ticket = taken.4
    else { throw Self.nothing("TPM2_Create") }
    return NewKey(secret: secret, area: area, data: data, hash: hash, ticket: ticket)
  }

  /// Loads a key under its parent. Loaded until flushed.
  func load(_ key: NewKey, under parent: ESYS_TR) throws(PluginError) -> ESYS_TR {
    var key = key
    var object: ESYS_TR = 0
    try run(
      "TPM2_Load",
      {
        Esys_Load_Async(
          $0, parent, ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE, &key.secret, &key.area)
      }, { Esys_Load_Finish($0, &object) })
    remember(object)
    return object
  }
}

/// A key as TPM2_Create hands it out.
struct NewKey {
  /// The private part, which only this TPM can read.
  var secret: TPM2B_PRIVATE
  var area: TPM2B_PUBLIC
  var data: TPM2B_CREATION_DATA
  var hash: TPM2B_DIGEST
  var ticket: TPMT_TK_CREATION
}
