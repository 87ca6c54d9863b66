import Glibc
import PluginHost

/// What the machine lacks for a unit, each as a phrase with the command that mends it.
struct UnitWarnings {
  let request: UnitRequest
  let machine: Machine
  private(set) var list: [String] = []

  init(request: UnitRequest, machine: Machine) {
    self.request = request
    self.machine = machine
  }

  mutating func add(_ warning: String) { list.append(warning) }

  /// A path as a shell takes it.
  private static func shell(_ path: String) -> String {
    let isPlain = path.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
      default: "/._-+=:,@".utf8.contains(byte)
      }
    }
    return isPlain ? path : "'\(path.replacing("'", with: "'\\''"))'"
  }

  static func parent(of path: String) -> String {
    let parent = path[..<(path.lastIndex(of: "/") ?? path.startIndex)]
    return parent.isEmpty ? "/" : String(parent)
  }

  /// The user as the unit runs it; nil while it does not exist. Without capabilities root is a user
  /// like others.
  private var agent: Account? {
    guard var account = machine.account(request.user) else { return nil }
    if let group = machine.group(request.group) { account.groups.insert(group, at: 0) }
    return account
  }

  private var isAlmighty: Bool { agent?.uid == 0 && !request.isHardened }

  mutating func lookAtAccounts() {
    let hasGroup = machine.group(request.group) != nil
    if machine.account(request.user) == nil {
      let group =
        !hasGroup && request.group == request.user ? "--user-group" : "--gid \(request.group)"
      if !hasGroup, request.group != request.user {
        add("there is no group \(request.group) yet; make it: groupadd --system \(request.group)")
      }
      add(
        "there is no user \(request.user) yet; make it: useradd --system --no-create-home "
          + "--shell /usr/sbin/nologin \(group) \(request.user)")
    } else if !hasGroup {
      add("there is no group \(request.group) yet; make it: groupadd --system \(request.group)")
    }
  }

  mutating func lookAtConfiguration() {
    guard let agent, !isAlmighty,
      let obstacle = machine.obstacle(to: request.configuration, for: agent)
    else { return }
    let path = obstacle.path
    let mode = "mode 0\(String(obstacle.found.st_mode & 0o7777, radix: 8))"
    add(
      obstacle.isFolder
        ? "user \(request.user) cannot read \(request.configuration): the folder \(path) is closed to "
          + "it (\(mode)); open it: chmod o+x \(Self.shell(path))"
        : "user \(request.user) cannot read \(path) (\(mode)); let it: "
          + "chgrp \(request.group) \(Self.shell(path)) && chmod g+r \(Self.shell(path))")
  }

  mutating func lookAtFolders(_ folders: [String], mustExist: Bool) {
    for folder in folders {
      let owner = "\(request.user):\(request.group)"
      if let found = machine.status(folder) {
        if let agent, !isAlmighty, !machine.allows(0o3, found, agent) {
          add(
            "user \(request.user) cannot write to the folder \(folder); give it away: "
              + "chown \(owner) \(Self.shell(folder))")
        }
      } else if mustExist {
        add(
          "there is no folder \(folder) yet, and the agent cannot make it under --hardened; make it: "
            + "install -d -m 0700 -o \(request.user) -g \(request.group) \(Self.shell(folder))")
      }
    }
  }

  mutating func lookAtPIDFile(_ file: String) {
    let folder = Self.parent(of: file)
    if request.isHardened, folder == "/run/\(request.name)" { return }
    guard let found = machine.status(folder) else {
      add("there is no folder \(folder) for the pid file; the agent does not make it")
      return
    }
    // Who does not exist yet owns nothing.
    let agent = agent ?? Account(uid: .max, groups: [])
    guard !isAlmighty, !machine.allows(0o3, found, agent) else { return }
    add(
      "user \(request.user) cannot write \(file), and the agent does not start without it; name a folder "
        + "of its own with --pid-file, or leave the flag out")
  }

  /// The groups whose members may open the devices: those of the nodes that are there, else the ones
  /// that distributions use and this machine knows.
  mutating func groups(for needs: [DeviceNeed]) -> [String] {
    var groups: [String] = []
    for need in needs {
      let found = need.nodes.compactMap { machine.status($0) }
      if found.isEmpty {
        add(
          "this machine has none of the devices that the join method needs "
            + "(\(need.nodes.joined(separator: ", ")))")
      }
      var names = found.filter { $0.st_mode & 0o060 == 0o060 && $0.st_gid != 0 }
        .compactMap { machine.groupName($0.st_gid) }
      if found.isEmpty, machine.group(need.group) != nil { names = [need.group] }
      for name in names where name != request.group && !groups.contains(name) {
        groups.append(name)
      }
    }
    return groups
  }
}
