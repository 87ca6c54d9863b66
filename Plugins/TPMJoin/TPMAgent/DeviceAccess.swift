import PluginABI
import PluginKit
import TPMSystem

/// Whether this process may open a device node, in words when it may not.
enum DeviceAccess {
  private enum Number {
    static let notPermitted: Int32 = 1  // EPERM
    static let denied: Int32 = 13  // EACCES
    static let busy: Int32 = 16  // EBUSY
  }
  private static let pause: UInt32 = 200  // milliseconds

  /// Opens the node once to see whether it opens; one that another program holds is waited for.
  static func waitUntilFree(_ path: String, _ watch: Watch) throws(PluginError) {
    var rounds = 0
    while true {
      let status = path.withCString { tenon_tpm_try_open($0) }
      switch status {
      case 0: return
      case Number.busy:
        guard rounds < 25 else {
          throw PluginError(
            TENON_BUSY, path + " is in use by another program",
            hint: "stop it, or have both use the resource manager /dev/tpmrm0",
            retry: TENON_RETRY_LATER)
        }
        if rounds == 0 { watch.progress("waiting for " + path + ", which another program uses") }
        rounds += 1
        try watch.check()
        tenon_tpm_pause(pause)
      case Number.denied, Number.notPermitted: throw facts(path).refusal
      default:
        throw PluginError(
          TENON_UNAVAILABLE, path + " does not open: " + SystemText.error(status),
          hint: "see the kernel's log for the TPM", retry: TENON_RETRY_LATER)
      }
    }
  }

  /// What the system knows of the node and of this process.
  private static func facts(_ path: String) -> AccessFacts {
    var node = tenon_tpm_node()
    _ = path.withCString { tenon_tpm_stat($0, &node) }
    let user = tenon_tpm_effective_user()
    var groups = [UInt32](repeating: 0, count: 64)
    let count = groups.withUnsafeMutableBufferPointer {
      tenon_tpm_process_groups($0.baseAddress, $0.count)
    }
    return AccessFacts(
      device: path, owner: SystemText.user(node.owner), group: SystemText.group(node.group),
      mode: node.mode & 0o7777, user: SystemText.user(user),
      groups: groups[..<count].map { SystemText.group($0) },
      holdsGroup: groups[..<count].contains(node.group),
      isMember: tenon_tpm_is_member(user, node.group) != 0, isRootsGroup: node.group == 0)
  }
}
