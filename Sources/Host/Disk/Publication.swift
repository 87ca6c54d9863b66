import CLinux
import Glibc
import PluginHost

/// Gives the files of one set their plain names, by renames alone, and can take that back.
///
/// A plain file changes place with its successor, so what it held waits in `links` until all is done.
struct Publication {
  let destination: Folder
  /// The complete set.
  let set: Folder
  /// Second names of its files before, what they replaced after.
  let links: Folder

  private enum Move {
    case exchanged, arrived, withdrawn
    /// On file systems that cannot exchange: what was there is gone.
    case replaced
  }

  private var moves: [(kind: Move, file: String)] = []
  private var touched: [String: Folder] = [:]

  init(_ set: Folder, links: Folder, into destination: Folder) {
    self.set = set
    self.links = links
    self.destination = destination
  }

  /// Renames in the order of the names, then removes the plain files that are of `older` sets and not of
  /// this one. May be repeated from any point, also by another process.
  mutating func run(older: [Folder]) throws(RecordError) {
    let files = try set.files()
    for file in files { try publish(file) }
    let names = Set(files)
    for other in older {
      for file in try other.files() where !names.contains(file) { try withdraw(file, of: other) }
    }
    try flush()
  }

  /// Undoes what `run` did so far.
  ///
  /// - Throws: when it cannot; then the set has to be completed later.
  mutating func reverse() throws(RecordError) {
    while let (kind, file) = moves.last {
      let (plain, name) = try destination.place(of: file)
      let waiting = try links.place(of: file).folder
      switch kind {
      case .exchanged: try exchange(waiting, plain, name)
      case .arrived: try plain.rename(name, to: waiting, name)
      case .withdrawn: try waiting.rename(name, to: plain, name)
      case .replaced:
        throw RecordError(message: "\(plain.path(of: name)) was replaced and cannot be taken back")
      }
      moves.removeLast()
    }
    try flush()
  }

  private mutating func publish(_ file: String) throws(RecordError) {
    let (plain, name) = try destination.place(of: file)
    touched[plain.path] = plain
    guard let found = try plain.status(name) else {
      try links.place(of: file).folder.rename(name, to: plain, name)
      moves.append((.arrived, file))
      return
    }
    if try isSame(found, in: plain, as: file, of: set) { return }
    moves.append((try replace(file, in: plain, name), file))
  }

  private func replace(
    _ file: String, in plain: Folder, _ name: String
  ) throws(RecordError) -> Move {
    let waiting = try links.place(of: file).folder
    if try exchange(waiting, plain, name) { return .exchanged }
    try waiting.rename(name, to: plain, name)
    return .replaced
  }

  /// False when the file system cannot do it.
  @discardableResult
  private func exchange(
    _ one: Folder, _ other: Folder, _ name: String
  ) throws(RecordError) -> Bool {
    let (value, number) = other.attempt(.exchange, other.path(of: name)) {
      tenon_renameat2(one.descriptor, name, other.descriptor, name, TENON_RENAME_EXCHANGE)
    }
    if value == 0 { return true }
    if number == EINVAL || number == ENOSYS { return false }
    throw DiskFailure.error("write", other.path(of: name), in: other.path, number)
  }

  /// What somebody else put in the place of our file stays.
  private mutating func withdraw(_ file: String, of older: Folder) throws(RecordError) {
    if let slash = file.firstIndex(of: "/"),
      try !destination.isFolder(String(file[..<slash]))
    {
      return
    }
    let (plain, name) = try destination.place(of: file)
    guard let found = try plain.status(name), try isSame(found, in: plain, as: file, of: older)
    else { return }
    touched[plain.path] = plain
    try plain.rename(name, to: links.place(of: file).folder, name)
    moves.append((.withdrawn, file))
  }

  /// Whether a plain file is that of a set: under two names, or a copy where files have but one.
  private func isSame(
    _ found: stat, in plain: Folder, as file: String, of set: Folder
  ) throws(RecordError) -> Bool {
    let (ours, name) = try set.place(of: file)
    guard found.st_mode & S_IFMT == S_IFREG, let kept = try ours.status(name),
      found.st_size == kept.st_size, found.st_mode == kept.st_mode, found.st_uid == kept.st_uid
    else { return false }
    if found.st_ino == kept.st_ino { return true }
    let limit = Int(kept.st_size)
    let one = try plain.read(name, limit: limit)
    return try one == ours.read(name, limit: limit)
  }

  private func flush() throws(RecordError) {
    for folder in touched.values { try folder.flush() }
    try destination.flush()
  }
}
