import CTSS2
import PluginABI
import PluginKit

/// What a TPM holds besides what this join made.
extension TPM {
  /// The handles in use from `first` on, of the kind its upper byte says; at most `count`.
  func handles(from first: UInt32, count: UInt32) throws(PluginError) -> [UInt32] {
    var more: TPMI_YES_NO = 0
    var answer: UnsafeMutablePointer<TPMS_CAPABILITY_DATA>?
    try run(
      "TPM2_GetCapability",
      {
        Esys_GetCapability_Async(
          $0, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, TPM2_CAP(TPM2_CAP_HANDLES), first, count)
      }, { Esys_GetCapability_Finish($0, &more, &answer) })
    guard let data = Self.take(answer), data.capability == TPM2_CAP(TPM2_CAP_HANDLES) else {
      return []
    }
    return withUnsafeBytes(of: data.data.handles.handle) { bytes in
      let found = bytes.bindMemory(to: TPM2_HANDLE.self)
      return [UInt32](found.prefix(Int(data.data.handles.count)))
    }
  }

  func exists(_ handle: UInt32) throws(PluginError) -> Bool {
    try handles(from: handle, count: 1).first == handle
  }

  /// The stack's number for a handle that exists already.
  func object(_ handle: UInt32) throws(PluginError) -> ESYS_TR {
    var object: ESYS_TR = 0
    try run(
      "TPM2_ReadPublic",
      { Esys_TR_FromTPMPublic_Async($0, handle, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE) },
      { Esys_TR_FromTPMPublic_Finish($0, &object) })
    return object
  }

  /// The public area of an object.
  func publicArea(_ object: ESYS_TR) throws(PluginError) -> TPM2B_PUBLIC {
    var area: UnsafeMutablePointer<TPM2B_PUBLIC>?
    var name: UnsafeMutablePointer<TPM2B_NAME>?
    var qualified: UnsafeMutablePointer<TPM2B_NAME>?
    try run(
      "TPM2_ReadPublic",
      { Esys_ReadPublic_Async($0, object, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE) },
      { Esys_ReadPublic_Finish($0, &area, &name, &qualified) })
    _ = Self.take(name)
    _ = Self.take(qualified)
    guard let area = Self.take(area) else { throw Self.nothing("TPM2_ReadPublic") }
    return area
  }

  /// The content of an NV index, read in the pieces every TPM allows.
  ///
  /// - Parameter owner: whether the owner hierarchy vouches for the reading, in place of the index
  ///   itself; both without a password.
  func nonVolatile(_ handle: UInt32, owner: Bool) throws(PluginError) -> [UInt8] {
    let index = try object(handle)
    var area: UnsafeMutablePointer<TPM2B_NV_PUBLIC>?
    var name: UnsafeMutablePointer<TPM2B_NAME>?
    try run(
      "TPM2_NV_ReadPublic",
      { Esys_NV_ReadPublic_Async($0, index, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE) },
      { Esys_NV_ReadPublic_Finish($0, &area, &name) })
    _ = Self.take(name)
    guard let area = Self.take(area) else { throw Self.nothing("TPM2_NV_ReadPublic") }
    let size = Int(area.nvPublic.dataSize)
    var content: [UInt8] = []
    while content.count < size {
      var piece: UnsafeMutablePointer<TPM2B_MAX_NV_BUFFER>?
      let wanted = min(size - content.count, Self.nvPiece)
      let offset = UInt16(content.count)
      try run(
        "TPM2_NV_Read",
        {
          Esys_NV_Read_Async(
            $0, owner ? ESYS_TR_RH_OWNER : index, index, ESYS_TR_PASSWORD, ESYS_TR_NONE,
            ESYS_TR_NONE, UInt16(wanted), offset)
        }, { Esys_NV_Read_Finish($0, &piece) })
      guard let piece = Self.take(piece), piece.size > 0 else { throw Self.nothing("TPM2_NV_Read") }
      content += SizedBuffer.content(piece)
    }
    return content
  }

  /// Bytes one TPM2_NV_Read asks for: the least a TPM's NV buffer may hold (PC client profile).
  private static let nvPiece = 512

  static func nothing(_ command: String) -> PluginError {
    PluginError(
      TENON_UNAVAILABLE, command + " gave no answer", hint: "try again", retry: TENON_RETRY_LATER)
  }
}
