import CTSS2
import PluginABI
import PluginKit

/// A key made for one join: restricted to signing what the TPM itself says, certified by the TPM, and
/// gone when the join is over.
struct AttestationKey {
  private static let storageRootHandle: UInt32 = 0x8100_0001

  /// Loaded in the TPM.
  let object: ESYS_TR
  /// TPMT_PUBLIC.
  let publicArea: [UInt8]
  /// TPMS_CREATION_DATA.
  let creationData: [UInt8]
  /// TPMS_ATTEST.
  let creationAttestation: [UInt8]
  /// TPMT_SIGNATURE.
  let creationSignature: [UInt8]

  /// Creates the key under the storage root key, loads it and has its creation certified.
  ///
  /// - Parameter keepsStorageRoot: whether a storage root key that had to be derived stays in the TPM,
  ///   so that the next join finds it.
  init(_ tpm: TPM, keepsStorageRoot: Bool = true) throws(PluginError) {
    let parent = try Self.storageRoot(tpm, keeps: keepsStorageRoot)
    let key = try tpm.create(
      parent.object, try KeyTemplate.template(KeyTemplate.attestation, unique: nil))
    object = try tpm.load(key, under: parent.object)
    // A TPM has room for three loaded keys, and the endorsement key may still need one.
    if parent.isLoaded { tpm.flush(parent.object) }
    publicArea = try KeyTemplate.bytes(key.area)
    var data = key.data
    creationData = try KeyTemplate.marshal(MemoryLayout<TPM2B_CREATION_DATA>.size) {
      Tss2_MU_TPMS_CREATION_DATA_Marshal(&data.creationData, $0, $1, $2)
    }
    (creationAttestation, creationSignature) = try tpm.certifyCreation(of: key, object)
  }

  /// The key every TPM keeps its own keys under; derived, and kept, on a TPM nobody has set up.
  private static func storageRoot(
    _ tpm: TPM, keeps: Bool
  ) throws(PluginError) -> (object: ESYS_TR, isLoaded: Bool) {
    if try tpm.exists(storageRootHandle) { return (try tpm.object(storageRootHandle), false) }
    let template = try KeyTemplate.template(KeyTemplate.storageRoot, unique: [])
    let primary = try tpm.createPrimary(ESYS_TR_RH_OWNER, template)
    guard keeps else { return (primary.object, true) }
    let kept = try tpm.persist(primary.object, at: storageRootHandle)
    return (kept, kept == primary.object)
  }
}
