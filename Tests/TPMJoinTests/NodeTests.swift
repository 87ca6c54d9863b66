import PluginABI
import PluginKit
import Testing

@testable import PluginHost
@testable import TPMAgent

/// The TPM stack's own way to a device node.
@Suite("a TPM behind a device node") struct NodeTests {
  private func log() -> (HostTable, Host) {
    let table = HostTable(
      services: InstanceServices(log: LogBook()),
      manifest: PluginManifest(
        id: "agent", version: "0.1.0", abi: ABIVersion(major: 0, minor: 1), summary: "source",
        runtime: "swift-embedded", isPinned: true, capabilities: [], needs: [], records: [],
        joinMethod: nil, joinVerifier: nil, output: nil, commands: []))
    return (table, Host(table.host))
  }

  @Test("the node and the simulator's socket lead to the same endorsement key")
  func sameKey() throws {
    let software = try SoftwareTPM(certified: true)
    let (table, host) = log()
    let address = String(software.address.dropFirst("swtpm:".count))
    var hashes: [String] = []
    do {
      let device = try TerminalDevice(software)
      for _ in 0..<2 {
        let tpm = try TPM.open(.device(device.path), log: try host.log, watch: .none)
        let key = try EndorsementKey(tpm, forUse: true)
        let attestation = try AttestationKey(tpm)
        #expect(attestation.publicArea.count == 280 && key.certificate != nil)
        tpm.close()
        hashes.append(key.publicHash)
      }
    }
    let tpm = try TPM.open(.simulator(address), log: try host.log, watch: .none)
    hashes.append(try EndorsementKey(tpm, forUse: false).publicHash)
    tpm.close()
    #expect(Set(hashes).count == 1)
    #expect(try software.loaded == [])
    withExtendedLifetime(table) {}
  }

  @Test("a node that is none is an error that names it", arguments: ["/dev/null", "/nowhere/tpm0"])
  func noDevice(path: String) throws {
    let (table, host) = log()
    #expect {
      _ = try TPM.open(.device(path), log: try host.log, watch: .none)
    } throws: { ($0 as? PluginError)?.message.contains(path) == true }
    withExtendedLifetime(table) {}
  }
}
