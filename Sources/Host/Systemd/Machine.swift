import Glibc

/// The accounts and files of the machine that a unit is made for.
struct Machine: Sendable {
  /// A user by name or number; nil when there is none.
  var account: @Sendable (_ name: String) -> Account?
  /// A group by name or number; nil when there is none.
  var group: @Sendable (_ name: String) -> gid_t?
  var groupName: @Sendable (_ number: gid_t) -> String?
  /// What a path leads to, links followed; nil when that is nothing.
  var status: @Sendable (_ path: String) -> stat?

  /// The machine this runs on.
  static let system = Machine(
    account: { name in
      guard let found = getpwnam(name) ?? uid_t(name).flatMap({ getpwuid($0) }) else { return nil }
      let (uid, primary) = (found.pointee.pw_uid, found.pointee.pw_gid)
      var groups = [gid_t](repeating: primary, count: 256)
      var count = Int32(groups.count)
      guard getgrouplist(found.pointee.pw_name, primary, &groups, &count) >= 0 else {
        return Account(uid: uid, groups: [primary])
      }
      return Account(uid: uid, groups: Array(groups.prefix(Int(count))))
    },
    group: { name in
      (getgrnam(name) ?? gid_t(name).flatMap { getgrgid($0) })?.pointee.gr_gid
    },
    groupName: { number in
      getgrgid(number).flatMap { $0.pointee.gr_name }.map { String(cString: $0) }
    },
    status: { path in
      var found = stat()
      return fstatat(AT_FDCWD, path, &found, 0) == 0 ? found : nil
    })

  /// Where the way to a file ends for somebody without privileges; nil when they can read it. Access
  /// lists are not looked at.
  func obstacle(to path: String, for account: Account) -> Obstacle? {
    var folder = "/"
    for component in path.split(separator: "/").dropLast() {
      guard let found = status(folder) else { return nil }
      if !allows(0o1, found, account) {
        return Obstacle(path: folder, found: found, isFolder: true)
      }
      folder += (folder == "/" ? "" : "/") + component
    }
    if let found = status(folder), !allows(0o1, found, account) {
      return Obstacle(path: folder, found: found, isFolder: true)
    }
    guard let found = status(path), !allows(0o4, found, account) else { return nil }
    return Obstacle(path: path, found: found, isFolder: false)
  }

  /// A file or folder that somebody may not read or pass through.
  struct Obstacle {
    var path: String
    var found: stat
    var isFolder: Bool
  }

  /// Whether the mode gives these rights: 4 to read, 2 to write, 1 to pass through.
  func allows(_ rights: mode_t, _ found: stat, _ account: Account) -> Bool {
    let shift: mode_t =
      found.st_uid == account.uid ? 6 : account.groups.contains(found.st_gid) ? 3 : 0
    return found.st_mode >> shift & rights == rights
  }
}
