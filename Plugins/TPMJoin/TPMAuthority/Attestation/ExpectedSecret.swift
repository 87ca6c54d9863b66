import PluginKit

/// The secret of one credential. Zeroed when the last reference goes.
final class ExpectedSecret {
  private(set) var bytes: [UInt8]
  private let host: Host

  init(_ bytes: [UInt8], host: Host) {
    self.bytes = bytes
    self.host = host
  }

  deinit { host.wipe(&bytes) }

  /// In time that depends on the lengths alone.
  func equals(_ shown: [UInt8]) -> Bool { equalInConstantTime(shown, bytes) }
}
