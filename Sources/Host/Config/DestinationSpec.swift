/// Where credentials are kept or left.
enum DestinationSpec: Sendable, Equatable {
  case directory(path: String, symlinks: SymlinkPolicy)
  /// Gone with the process.
  case memory

  /// Where the agent keeps its identity unless it is told otherwise.
  static let defaultStorage = DestinationSpec.directory(
    path: "/var/lib/teleport/bot", symlinks: .trySecure)
}
