import CTSS2
import PluginABI
import PluginKit

/// What a crash may leave in a TPM without a resource manager.
extension TPM {
  private enum First {
    static let transient: UInt32 = 0x8000_0000
    static let loadedSession: UInt32 = 0x0200_0000
  }
  private static let policySession: UInt32 = 0x03
  /// More than any TPM has room for.
  private static let limit: UInt32 = 64

  /// Flushes keys of the kinds this join makes, and policy sessions that are new or good for the
  /// endorsement key alone: what a join that was killed leaves behind. Nobody else can have use for
  /// them: the resource manager shows every program its own objects only, and without it the device
  /// is open once.
  ///
  /// - Throws: `TENON_CANCELLED`, or when the TPM does not answer at all.
  func sweep() throws(PluginError) {
    var swept = 0
    for handle in try handles(from: First.transient, count: Self.limit) {
      guard let object = try? object(handle), let area = try? publicArea(object),
        let bytes = try? KeyTemplate.bytes(area), KeyTemplate.isOurs(bytes)
      else { continue }
      flush(object)
      swept += 1
    }
    for handle in try handles(from: First.loadedSession, count: Self.limit)
    where handle >> 24 == Self.policySession {
      guard let session = try? object(handle), let digest = try? policyDigest(session) else {
        continue
      }
      let isNew = digest.allSatisfy { $0 == 0 }
      guard isNew || digest == KeyTemplate.endorsementPolicy else { continue }
      flush(session)
      swept += 1
    }
    if swept > 0 {
      log.warning("removed " + String(swept) + " objects of an interrupted join from the TPM")
    }
  }

  private func policyDigest(_ session: ESYS_TR) throws(PluginError) -> [UInt8] {
    var digest: UnsafeMutablePointer<TPM2B_DIGEST>?
    try run(
      "TPM2_PolicyGetDigest",
      { Esys_PolicyGetDigest_Async($0, session, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE) },
      { Esys_PolicyGetDigest_Finish($0, &digest) })
    guard let digest = Self.take(digest) else { throw Self.nothing("TPM2_PolicyGetDigest") }
    return SizedBuffer.content(digest)
  }
}
