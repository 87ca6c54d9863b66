import Glibc
import PluginHost

/// A destination folder: plain files of mode 0600 under their plain names, beside whatever else is there.
///
/// The set changes as a whole (docs/decisions/0003-all-or-nothing-destination-writes.md): it is written in
/// full out of sight, decided by one link, and then takes the plain names by renames alone.
struct DirectoryDestination: Destination {
  let path: String
  private let symlinks: SymlinkPolicy
  private let faults: FaultPoint

  init(
    path: String, symlinks: SymlinkPolicy = .trySecure, faults: FaultPoint = .none
  ) {
    self.path = path
    self.symlinks = symlinks
    self.faults = faults
  }

  func check() throws(RecordError) {
    let folder = try open()
    try Generations.existing(in: folder)?.recover()
    try folder.sweep()
    try folder.writeTest()
  }

  /// - Throws: with a path and a remedy. The old set is then whole, unless the disk failed between the
  ///   first and the last rename: the next `check` or `writeAll` completes the new one.
  func writeAll(_ artifacts: [Artifact]) throws(RecordError) {
    try checkNames(artifacts)
    let folder = try open()
    let generations = try Generations(in: folder)
    try generations.recover()
    try folder.sweep()
    try checkPlaces(artifacts, in: folder)
    try generations.replaceAll(artifacts)
  }

  private func open() throws(RecordError) -> Folder {
    try Folder.open(path, symlinks: symlinks, demandsTrust: symlinks == .secure, faults: faults)
  }

  private func checkNames(_ artifacts: [Artifact]) throws(RecordError) {
    var names: Set<String> = []
    var folders: Set<String> = []
    for artifact in artifacts {
      let parts = artifact.name.split(separator: "/", omittingEmptySubsequences: false)
      guard parts.count <= 2,
        parts.allSatisfy({ part in
          (1...255).contains(part.utf8.count) && part != "." && part != ".."
            && !part.utf8.contains(0) && !part.hasPrefix(Generations.box)
        })
      else { throw refusal(artifact.name, "is no name for a file in a destination") }
      guard names.insert(artifact.name).inserted else {
        throw refusal(artifact.name, "was rendered twice")
      }
      if parts.count == 2, let first = parts.first { folders.insert(String(first)) }
    }
    if let both = folders.intersection(names).min() {
      throw refusal(both, "was rendered both as a file and as a folder")
    }
  }

  private func refusal(_ name: String, _ reason: String) -> RecordError {
    RecordError(
      message: "cannot write to \(path): \"\(name.prefix(64))\" \(reason)",
      hint: "this is a fault of the output's plugin; report it to its author")
  }

  /// What would make a rename fail is found while nothing has been renamed yet.
  private func checkPlaces(_ artifacts: [Artifact], in folder: Folder) throws(RecordError) {
    for artifact in artifacts {
      let parts = artifact.name.split(separator: "/").map(String.init)
      guard let first = parts.first, let found = try folder.status(first) else { continue }
      let kind = found.st_mode & S_IFMT
      if parts.count == 1, kind == S_IFDIR {
        throw DiskFailure.error("write", folder.path(of: first), EISDIR)
      }
      guard parts.count == 2, let last = parts.last else { continue }
      guard kind == S_IFDIR else {
        throw DiskFailure.error(
          "write into", folder.path(of: first), kind == S_IFLNK ? ELOOP : ENOTDIR)
      }
      if let inner = try folder.existing(first), try inner.isFolder(last) {
        throw DiskFailure.error("write", inner.path(of: last), EISDIR)
      }
    }
  }
}
