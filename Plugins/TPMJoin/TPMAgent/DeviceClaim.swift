import PluginABI
import PluginKit
import TPMSystem

/// This process's turn at one TPM. Others of the same process wait; the turn ends with the object.
///
/// A TPM has room for three keys, and `/dev/tpm0` may be open once: two joins of one agent that ran
/// at once would fail each other.
final class DeviceClaim {
  private static let patience: UInt32 = 200  // milliseconds between looks at the watch
  private let device: String

  /// - Throws: `TENON_CANCELLED` when the turn did not come in time.
  init(_ device: String, _ watch: Watch) throws(PluginError) {
    self.device = device
    var rounds = 0
    while true {
      let status = device.withCString { tenon_tpm_claim($0, Self.patience) }
      if status == 0 { return }
      guard status == Self.timedOut else {
        throw PluginError(
          TENON_UNAVAILABLE, "no memory to keep " + device + " for this join",
          retry: TENON_RETRY_LATER)
      }
      if rounds % 10 == 0 {
        watch.progress("waiting for " + device + ", which another join of this process uses")
      }
      rounds += 1
      try watch.check()
    }
  }

  deinit { device.withCString { tenon_tpm_release($0) } }

  private static let timedOut: Int32 = 110  // ETIMEDOUT
}
