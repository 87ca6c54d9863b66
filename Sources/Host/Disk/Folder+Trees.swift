import Glibc
import PluginHost

extension Folder {
  /// A folder within this one if there is one; never through a link.
  func existing(_ name: String) throws(RecordError) -> Folder? {
    guard try status(name) != nil else { return nil }
    return try child(name)
  }

  /// Where a name with at most one `/` lives; the folder before the slash is created when missing.
  func place(of relative: String) throws(RecordError) -> (folder: Folder, name: String) {
    let parts = relative.split(separator: "/", maxSplits: 1)
    guard let first = parts.first, let last = parts.last, parts.count == 2 else {
      return (self, relative)
    }
    return (try child(String(first)), String(last))
  }

  /// Regular files of this folder and of its subfolders, as relative names, sorted.
  func files() throws(RecordError) -> [String] {
    var files: [String] = []
    for name in try names() {
      guard try isFolder(name) else {
        files.append(name)
        continue
      }
      guard let folder = try existing(name) else { continue }
      for inner in try folder.names() { files.append("\(name)/\(inner)") }
    }
    return files
  }

  /// Gives a durable file a second name in another folder of this file system, or copies it where
  /// files cannot have two names.
  func duplicate(_ name: String, into folder: Folder, shown: String) throws(RecordError) {
    let (value, number) = folder.attempt(.link, folder.path(of: name)) {
      linkat(descriptor, name, folder.descriptor, name, 0)
    }
    if value == 0 { return }
    switch number {
    case EPERM, EOPNOTSUPP, ENOSYS, EMLINK:
      let bytes = try read(name, limit: .max) ?? []
      try folder.create(name, bytes, shown: shown)
    default:
      throw DiskFailure.error("write", shown, number)
    }
  }

  /// Makes a symbolic link, replacing what had the name in one step.
  func point(_ name: String, at target: String) throws(RecordError) {
    let temporary = Self.temporaryName()
    do throws(RecordError) {
      try perform(.link, "write", name) { symlinkat(target, descriptor, temporary) }
      try rename(temporary, to: self, name)
    } catch {
      try? remove(temporary)
      throw error
    }
  }

  /// What a symbolic link holds; nil when there is no link of that name.
  func target(of name: String) throws(RecordError) -> String? {
    guard let found = try status(name), found.st_mode & S_IFMT == S_IFLNK else { return nil }
    var bytes = [UInt8](repeating: 0, count: 256)
    let count = try perform(.read, "read", name) {
      bytes.withUnsafeMutableBytes { buffer in
        let text = buffer.bindMemory(to: CChar.self)
        guard let start = text.baseAddress else { return 0 }
        return Int32(truncatingIfNeeded: readlinkat(descriptor, name, start, text.count))
      }
    }
    return String(decoding: bytes.prefix(Int(count)), as: UTF8.self)
  }

  /// Removes a file, a link, or a folder with everything in it. Links are not followed.
  func removeTree(_ name: String) throws(RecordError) {
    guard try isFolder(name) else { return try remove(name) }
    if let folder = try existing(name) {
      for inner in try folder.names() { try folder.removeTree(inner) }
    }
    try perform(.remove, "remove", name) { unlinkat(descriptor, name, AT_REMOVEDIR) }
  }

  func isFolder(_ name: String) throws(RecordError) -> Bool {
    guard let found = try status(name) else { return false }
    return found.st_mode & S_IFMT == S_IFDIR
  }
}
