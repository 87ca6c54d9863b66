import PluginABI
import PluginKit

/// Opens the TPM the configuration means.
struct TPMOpening {
  /// - Parameter testAddress: the test key's value, nil or empty in production.
  static func open(
    host: Host, testAddress: String?, watch: Watch
  ) throws(PluginError) -> TPM {
    let log = try host.log
    if let testAddress, !testAddress.isEmpty {
      log.warning(
        "test_tcti is set: the TPM is the simulator at " + testAddress
          + ", which proves nothing about this machine")
      return try TPM.open(try TPMPlace.parsing(testAddress), log: log, watch: watch)
    }
    return try TPM.open(.device(try DeviceSearch().device()), log: log, watch: watch)
  }
}
