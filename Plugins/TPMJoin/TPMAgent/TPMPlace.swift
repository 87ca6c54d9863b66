import CTSS2
import PluginABI
import PluginKit
import TPMSystem

/// Where a TPM is reached.
enum TPMPlace {
  /// A device node.
  case device(String)
  /// A simulator's address, as `tenon_tpm_simulator` reads it. Only a test key leads here.
  case simulator(String)

  /// Tells TPMs apart within the process, and names them in messages.
  var name: String {
    switch self {
    case .device(let path): path
    case .simulator(let address): "simulator " + address
    }
  }

  /// Opens the transport. The caller finalizes it.
  func connect(_ watch: Watch) throws(PluginError) -> OpaquePointer {
    switch self {
    case .device(let path):
      try DeviceAccess.waitUntilFree(path, watch)
      return try Self.open(path)
    case .simulator(let address):
      var tcti: OpaquePointer?
      let status = address.withCString { tenon_tpm_simulator($0, &tcti) }
      guard status == 0, let tcti else {
        throw PluginError(
          TENON_UNAVAILABLE,
          "the TPM simulator at " + address + " cannot be reached: " + SystemText.error(status),
          hint: "start it, or remove test_tcti", retry: TENON_RETRY_LATER)
      }
      return tcti
    }
  }

  /// The place `test_tcti` names: `swtpm:path=…` or `swtpm:host=…,port=…`. No library is ever loaded
  /// by a name from the configuration.
  static func parsing(_ text: String) throws(PluginError) -> TPMPlace {
    let prefix = [UInt8]("swtpm:".utf8)
    let bytes = [UInt8](text.utf8)
    guard bytes.starts(with: prefix) else {
      throw PluginError(
        TENON_INVALID_CONFIG, "test_tcti is no address of a simulator: " + text,
        hint: "write swtpm:path=/run/tpm.sock or swtpm:host=127.0.0.1,port=2321",
        retry: TENON_RETRY_AFTER_CONFIG)
    }
    return .simulator(String(decoding: bytes[prefix.count...], as: UTF8.self))
  }

  private static func open(_ path: String) throws(PluginError) -> OpaquePointer {
    var size = 0
    var code = Tss2_Tcti_Device_Init(nil, &size, nil)
    guard code == 0, let tcti = tenon_tpm_allocate(size) else {
      throw TPMFailure.make("opening " + path, code)
    }
    code = path.withCString { Tss2_Tcti_Device_Init(tcti, &size, $0) }
    guard code == 0 else {
      tenon_tpm_finalize(tcti)
      throw TPMFailure.make("opening " + path, code)
    }
    return tcti
  }
}
