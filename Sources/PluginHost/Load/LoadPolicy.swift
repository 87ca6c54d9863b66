/// Which files may become code in this process. The rules are the operator's; there is no
/// environment variable that weakens them.
public struct LoadPolicy: Sendable {
  /// Owners whose files are trusted: root and the user the process runs as.
  public var trustedOwners: Set<UInt32>
  /// SHA-256 pins in lower-case hex by file name.
  public var pins: [String: String]
  /// Whether a file without a pin is refused.
  public var requiresPins: Bool

  /// - Parameter user: the effective user id of this process.
  public init(user: UInt32, pins: [String: String] = [:], requiresPins: Bool = false) {
    trustedOwners = [0, user]
    self.pins = pins
    self.requiresPins = requiresPins
  }

  /// Libraries a plugin may need. Anything else must be asked of the host or linked in.
  static let allowedLibraries = [
    "libc.so.6", "libm.so.6", "libgcc_s.so.1", "libstdc++.so.6", "libpthread.so.0", "libdl.so.2",
    "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1", "libcrypto.so.3",
  ]
  static let allowedPrefixes = ["libtss2-"]

  static func allows(library: String) -> Bool {
    allowedLibraries.contains(library) || allowedPrefixes.contains { library.hasPrefix($0) }
  }
}
