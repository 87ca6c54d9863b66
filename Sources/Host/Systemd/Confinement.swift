/// What a unit takes away from the agent: everything it does not need (`--hardened`).
struct Confinement: Sendable, Equatable {
  /// Of whom the agent sees the home folders.
  enum Homes: String, Sendable {
    case hidden = "yes"
    case readOnly = "read-only"
  }

  /// Name of the folder below /run that systemd makes for the agent and removes with it.
  var runtimeDirectory: String
  /// Folders the agent writes to, absolute, in the order of the configuration.
  var writable: [String]
  /// Device nodes the plugins of the configuration need.
  var devices: [String]
  /// Groups that may open those nodes.
  var deviceGroups: [String]
  var homes: Homes
  /// Whether the agent gets temporary folders of its own instead of everybody's.
  var hasOwnTemporaryFolders: Bool

  /// The lines for `[Service]`.
  ///
  /// Devices: without a need the agent gets a /dev of its own with pseudo devices only; with one it sees
  /// the machine's /dev, and the kernel lets it open the named nodes and the pseudo devices. A folder that
  /// is missing is skipped (`-`), as the agent says better what to do than systemd would.
  var text: String {
    var lines = [
      "", "# Nothing but what the agent needs (--hardened); see docs/systemd.md", "UMask=0077",
      "RuntimeDirectory=\(runtimeDirectory)", "RuntimeDirectoryMode=0755",
    ]
    if !deviceGroups.isEmpty {
      lines.append("SupplementaryGroups=\(deviceGroups.joined(separator: " "))")
    }
    if devices.isEmpty {
      lines.append("PrivateDevices=yes")
    } else {
      lines.append("DevicePolicy=closed")
      lines += devices.map { "DeviceAllow=\($0) rw" }
    }
    lines.append("ProtectSystem=strict")
    lines += writable.map { "ReadWritePaths=\(UnitText.word("-\($0)"))" }
    lines += [
      "ProtectHome=\(homes.rawValue)", "PrivateTmp=\(hasOwnTemporaryFolders ? "yes" : "no")",
    ]
    return (lines + Self.always).joined(separator: "\n")
  }

  /// What holds for every agent. Names, addresses and the network are what it works with, so they stay:
  /// AF_UNIX and AF_NETLINK are for resolving names. A call outside of the filter fails with EPERM.
  private static let always = [
    "PrivateMounts=yes", "NoNewPrivileges=yes", "CapabilityBoundingSet=", "AmbientCapabilities=",
    "KeyringMode=private", "LockPersonality=yes", "MemoryDenyWriteExecute=yes", "ProcSubset=pid",
    "ProtectClock=yes", "ProtectControlGroups=yes", "ProtectHostname=yes", "ProtectKernelLogs=yes",
    "ProtectKernelModules=yes", "ProtectKernelTunables=yes", "ProtectProc=invisible",
    "RemoveIPC=yes",
    "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK", "RestrictNamespaces=yes",
    "RestrictRealtime=yes", "RestrictSUIDSGID=yes", "SystemCallArchitectures=native",
    "SystemCallFilter=@system-service", "SystemCallFilter=~@privileged @resources",
    "SystemCallErrorNumber=EPERM",
  ]
}
