import Glibc

/// Follows the folder part of a path link by link, as the kernel will, and judges everyone who could
/// send it elsewhere: each folder on the way and each symbolic link.
struct FolderWalk {
  /// The folder without links and dots.
  let folder: String

  struct Fault: Error {
    let reason: String
    let remedy: String
  }

  static let linkLimit = 40

  /// - Parameter path: absolute path of a file.
  init(toFolderOf path: String, policy: LoadPolicy) throws(Fault) {
    var pending = Array(path.split(separator: "/").dropLast().reversed())
    var resolved: [Substring] = []
    var links = 0
    func text(_ parts: [Substring]) -> String { "/" + parts.joined(separator: "/") }
    var last = try Self.judge("/", policy)
    while let part = pending.popLast() {
      if part == "." { continue }
      if part == ".." {
        _ = resolved.popLast()
        last = try Self.judge(text(resolved), policy)
        continue
      }
      let candidate = text(resolved + [part])
      let status = try Self.judge(candidate, policy)
      guard status.st_mode & S_IFMT == S_IFLNK else {
        resolved.append(part)
        last = status
        continue
      }
      links += 1
      guard links <= Self.linkLimit, let target = Self.target(of: candidate) else {
        throw Fault(
          reason: "lies behind the symbolic link \(candidate), which leads nowhere",
          remedy: "name the folder by its real path")
      }
      if target.hasPrefix("/") { resolved = [] }
      pending += target.split(separator: "/").reversed()
    }
    folder = text(resolved)
    // A shared folder like /tmp is passable, but nothing is loaded from it: anyone may add files.
    guard last.st_mode & 0o022 == 0 else { throw Self.writable(folder, last) }
  }

  /// Attributes of one step, when nobody but trusted users could have put another in its place.
  private static func judge(_ path: String, _ policy: LoadPolicy) throws(Fault) -> stat {
    var status = stat()
    guard lstat(path, &status) == 0 else {
      throw Fault(
        reason: "lies below \(path), which cannot be examined: " + String(cString: strerror(errno)),
        remedy: "check the path and the permissions of its folders")
    }
    let kind = status.st_mode & S_IFMT
    guard kind == S_IFDIR || kind == S_IFLNK else {
      throw Fault(reason: "lies below \(path), which is not a folder", remedy: "check the path")
    }
    let isShared = status.st_uid == 0 && status.st_mode & S_ISVTX != 0
    let isClosed = kind == S_IFLNK || status.st_mode & 0o022 == 0 || isShared
    guard policy.trustedOwners.contains(status.st_uid), isClosed else {
      throw writable(path, status)
    }
    return status
  }

  private static func writable(_ path: String, _ status: stat) -> Fault {
    Fault(
      reason: "lies below \(path), which others can change "
        + "(owner \(status.st_uid), mode \(PluginFile.octal(status.st_mode)))",
      remedy: "make it root's and writable by nobody else: "
        + "chown root:root \(path) && chmod go-w \(path)")
  }

  private static func target(of link: String) -> String? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink(link, &buffer, buffer.count)
    guard count > 0, count < buffer.count else { return nil }
    return String(validating: buffer.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
