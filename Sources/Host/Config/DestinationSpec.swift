/// Where credentials are kept or left.
enum DestinationSpec: Sendable, Equatable {
  /// What to do about symbolic links in the path.
  enum SymlinkMode: String, Sendable, CaseIterable {
    /// Refuse them, and refuse systems where that cannot be promised.
    case secure
    /// Refuse them where the system can.
    case trySecure = "try-secure"
    /// Follow them.
    case insecure
  }

  case directory(path: String, symlinks: SymlinkMode)
  /// Gone with the process.
  case memory

  /// Where the agent keeps its identity unless it is told otherwise.
  static let defaultStorage = DestinationSpec.directory(
    path: "/var/lib/teleport/bot", symlinks: .trySecure)
}
