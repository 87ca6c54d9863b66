import PluginABI
public import PluginKit

/// Why a device node does not open, and what mends it.
public struct AccessFacts {
  public var device: String
  public var owner: String
  public var group: String
  /// Permission bits.
  public var mode: UInt32
  /// Whom this process runs as, and its groups.
  public var user: String
  public var groups: [String]
  /// Whether this process is in the node's group.
  public var holdsGroup: Bool
  /// Whether the account database counts the user into the node's group by now.
  public var isMember: Bool
  /// Whether the node's group is root's, which no service should be in.
  public var isRootsGroup: Bool

  public init(
    device: String, owner: String, group: String, mode: UInt32, user: String, groups: [String],
    holdsGroup: Bool, isMember: Bool, isRootsGroup: Bool
  ) {
    self.device = device
    self.owner = owner
    self.group = group
    self.mode = mode
    self.user = user
    self.groups = groups
    self.holdsGroup = holdsGroup
    self.isMember = isMember
    self.isRootsGroup = isRootsGroup
  }

  /// One sentence of the facts, and the command that changes them.
  public var refusal: PluginError {
    PluginError(
      TENON_REFUSED,
      device + " (owner " + owner + ", group " + group + ", mode " + octal + ") may not be opened "
        + "by user " + user + " (groups " + groupList + ")",
      hint: remedy, retry: TENON_RETRY_AFTER_OPERATOR)
  }

  private var groupMayUse: Bool { mode & 0o060 == 0o060 }

  private var remedy: String {
    if groupMayUse, !isRootsGroup {
      if holdsGroup {
        return "the permissions suffice: allow the device in the container or the service "
          + "(systemd: DeviceAllow=" + device + " rw)"
      }
      if isMember {
        return user + " has been added to " + group + " since this process started: log in again, "
          + "or restart the service"
      }
      return "sudo usermod -aG " + group + " " + user
        + ", then log in again or restart the service"
    }
    return "echo 'KERNEL==\"tpm*\", GROUP=\"tss\", MODE=\"0660\"' | sudo tee "
      + "/etc/udev/rules.d/60-tpm.rules; sudo groupadd -rf tss; sudo usermod -aG tss " + user
      + "; sudo udevadm control -R; sudo udevadm trigger -s tpm -s tpmrm"
  }

  private var octal: String {
    var text: [UInt8] = []
    for shift in [9, 6, 3, 0] as [UInt32] { text.append(0x30 + UInt8(mode >> shift & 7)) }
    return String(decoding: text, as: UTF8.self)
  }

  /// At most what fits beside the rest into the text of an error.
  private var groupList: String {
    var text = ""
    for (index, group) in groups.enumerated() {
      if text.utf8.count + group.utf8.count > 80 {
        return text + " and " + String(groups.count - index) + " more"
      }
      text += (index == 0 ? "" : ", ") + group
    }
    return text
  }
}
