import PluginABI
public import PluginKit
import TPMSystem

/// Whether a join by this machine's TPM could work, one question at a time. Leaves nothing in the TPM.
public final class SelfTest {
  /// In the order of the table in `TPMAgentManifest/manifest.c`.
  public enum Check: UInt32 { case device, access, response, endorsement, attestation }

  private let host: Host
  /// Whether there is no way to the TPM, so that asking on would only repeat why.
  private var isBlocked = false

  private let search: DeviceSearch

  /// - Parameter search: where this machine's TPM is looked for.
  public init(host: Host, search: DeviceSearch = DeviceSearch()) {
    self.host = host
    self.search = search
  }

  /// - Throws: the reason why the check failed, as a join would give it.
  public func run(_ check: Check, watch: Watch) throws(PluginError) -> CheckAnswer {
    if isBlocked {
      return CheckAnswer(TENON_CHECK_SKIPPED, "not asked, because the TPM cannot be reached")
    }
    do {
      let simulator = try host.config("test_tcti") ?? ""
      switch check {
      case .device: return try device(simulator)
      case .access: return try access(simulator, watch)
      case .response:
        let tpm = try open(simulator, watch)
        tpm.close()
        return CheckAnswer(TENON_CHECK_PASSED, "it answers commands")
      case .endorsement: return try endorsement(simulator, watch)
      case .attestation: return try attestation(simulator, watch)
      }
    } catch let failure {
      isBlocked = check.rawValue <= Check.response.rawValue
      throw failure
    }
  }

  private func device(_ simulator: String) throws(PluginError) -> CheckAnswer {
    guard simulator.isEmpty else {
      return CheckAnswer(
        TENON_CHECK_WARNING, "test_tcti is set: the TPM is the simulator at " + simulator,
        remedy: "remove test_tcti to ask about the TPM of this machine")
    }
    return CheckAnswer(TENON_CHECK_PASSED, "there is " + (try search.device()))
  }

  private func access(
    _ simulator: String, _ watch: Watch
  ) throws(PluginError) -> CheckAnswer {
    guard simulator.isEmpty else {
      return CheckAnswer(TENON_CHECK_SKIPPED, "a simulator has no device node")
    }
    let path = try search.device()
    try DeviceAccess.waitUntilFree(path, watch)
    return CheckAnswer(TENON_CHECK_PASSED, path + " opens for reading and writing")
  }

  private func endorsement(
    _ simulator: String, _ watch: Watch
  ) throws(PluginError) -> CheckAnswer {
    let tpm = try open(simulator, watch)
    defer { tpm.close() }
    let key = try EndorsementKey(tpm, forUse: false)
    let found = "EKPub hash " + key.publicHash
    guard let certificate = key.certificate else {
      return CheckAnswer(TENON_CHECK_PASSED, found + ", without a certificate")
    }
    return CheckAnswer(
      TENON_CHECK_PASSED, found + ", with a certificate of serial " + certificate.serial)
  }

  private func attestation(
    _ simulator: String, _ watch: Watch
  ) throws(PluginError) -> CheckAnswer {
    let tpm = try open(simulator, watch)
    defer { tpm.close() }
    _ = try AttestationKey(tpm, keepsStorageRoot: false)
    return CheckAnswer(TENON_CHECK_PASSED, "an attestation key was made, certified and flushed")
  }

  private func open(_ simulator: String, _ watch: Watch) throws(PluginError) -> TPM {
    try TPMOpening.open(host: host, testAddress: simulator, watch: watch)
  }
}
