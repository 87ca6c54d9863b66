import Foundation
import PluginABI
import PluginKit
import TPMAgent
import Testing

/// Which node is taken, and what is said when none is, or when it does not open.
@Suite("TPM devices") struct DeviceTests {
  /// A `/sys/class/tpm` and a `/dev` of the test's own.
  private final class Machine {
    let folder = FileManager.default.temporaryDirectory.appending(path: "tenon-dev-\(UUID())")
    var devices: String { folder.appending(path: "dev").path }

    init(sys: [String] = [], dev: [String] = []) throws {
      for name in ["sys", "dev"] {
        try FileManager.default.createDirectory(
          at: folder.appending(path: name), withIntermediateDirectories: true)
      }
      for path in sys {
        let file = folder.appending(path: "sys").appending(path: path)
        try FileManager.default.createDirectory(
          at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data().write(to: file)
      }
      for name in dev { try Data().write(to: folder.appending(path: "dev").appending(path: name)) }
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func find() throws(PluginError) -> String {
      let path = try DeviceSearch(
        classFolder: folder.appending(path: "sys").path, deviceFolder: devices
      ).device()
      return String(path.dropFirst(devices.count + 1))
    }
  }

  @Test("the resource manager's node comes before the bare one")
  func resourceManager() throws {
    let machine = try Machine(
      sys: ["tpm0/device/tpmrm/tpmrm0/dev", "tpm0/dev"], dev: ["tpm0", "tpmrm0"])
    #expect(try machine.find() == "tpmrm0")
  }

  @Test("the kernel's list decides which of several it is")
  func kernelList() throws {
    let machine = try Machine(
      sys: ["tpm1/device/tpmrm/tpmrm1/dev"], dev: ["tpm0", "tpmrm0", "tpm1", "tpmrm1"])
    #expect(try machine.find() == "tpmrm1")
  }

  @Test("an old kernel without a resource manager has its one node")
  func bareNode() throws {
    #expect(try Machine(sys: ["tpm0/dev"], dev: ["tpm0"]).find() == "tpm0")
  }

  @Test("a TPM 1.2 is passed over")
  func oldChip() throws {
    let both = try Machine(
      sys: ["tpm0/caps", "tpm1/device/tpmrm/tpmrm1/dev"], dev: ["tpm0", "tpm1", "tpmrm1"])
    #expect(try both.find() == "tpmrm1")
    let alone = try Machine(sys: ["tpm0/caps"], dev: ["tpm0"])
    #expect {
      _ = try alone.find()
    } throws: { ($0 as? PluginError)?.message.contains("a TPM 1.2 only (tpm0)") == true }
  }

  @Test("a container that has the node without the kernel's list is served")
  func container() throws {
    #expect(try Machine(dev: ["tpmrm0"]).find() == "tpmrm0")
    #expect(try Machine(dev: ["tpm0"]).find() == "tpm0")
    #expect(
      try Machine(sys: ["tpm0/device/tpmrm/tpmrm0/dev"], dev: ["tpm0"]).find() == "tpm0")
  }

  @Test("a machine without a TPM names every node that was looked for")
  func none() throws {
    let machine = try Machine(sys: ["tpm3/device/tpmrm/tpmrm3/dev"])
    #expect {
      _ = try machine.find()
    } throws: { error in
      guard let failure = error as? PluginError else { return false }
      return failure.code == TENON_UNAVAILABLE && !failure.hint.isEmpty
        && ["tpmrm3", "tpm3", "tpmrm0", "tpm0"].allSatisfy {
          failure.message.contains("\(machine.devices)/\($0)")
        }
    }
  }

  private func facts(
    _ change: (inout AccessFacts) -> Void = { _ in }
  ) -> PluginError {
    var facts = AccessFacts(
      device: "/dev/tpmrm0", owner: "tss", group: "tss", mode: 0o660, user: "teleport",
      groups: ["teleport", "docker"], holdsGroup: false, isMember: false, isRootsGroup: false)
    change(&facts)
    return facts.refusal
  }

  @Test("a user outside the device's group reads the facts in one sentence, and one command")
  func outsider() {
    let refusal = facts()
    #expect(
      refusal.message == "/dev/tpmrm0 (owner tss, group tss, mode 0660) may not be opened by user "
        + "teleport (groups teleport, docker)")
    #expect(
      refusal.hint
        == "sudo usermod -aG tss teleport, then log in again or restart the service")
    #expect(refusal.code == TENON_REFUSED && refusal.retry == TENON_RETRY_AFTER_OPERATOR)
  }

  @Test("a user who was added since the process started is told to start again")
  func addedSince() {
    let refusal = facts { $0.isMember = true }
    #expect(refusal.hint.hasPrefix("teleport has been added to tss since this process started"))
  }

  @Test("a user of the group whom something else keeps out is pointed at the container or service")
  func deviceFilter() {
    let refusal = facts {
      $0.holdsGroup = true
      $0.isMember = true
    }
    #expect(refusal.hint.contains("DeviceAllow=/dev/tpmrm0 rw"))
  }

  @Test(
    "a device no group may use gets a udev rule", arguments: [(0o600, false), (0o660, true)])
  func noGroup(mode: Int, isRoots: Bool) {
    let refusal = facts {
      $0.mode = UInt32(mode)
      $0.isRootsGroup = isRoots
    }
    #expect(refusal.hint.contains("/etc/udev/rules.d/60-tpm.rules"))
    #expect(refusal.hint.contains("usermod -aG tss teleport"))
  }

  @Test("no text is longer than an error holds, whatever the names")
  func lengths() {
    let long = String(repeating: "x", count: 32)
    for mode in [0o600, 0o660] as [UInt32] {
      let refusal = facts {
        $0.mode = mode
        $0.user = long
        $0.groups = (0..<20).map { "group-number-\($0)" }
      }
      #expect(refusal.message.utf8.count < 256 && refusal.hint.utf8.count < 256)
      #expect(refusal.message.contains("more)"))
    }
  }
}
