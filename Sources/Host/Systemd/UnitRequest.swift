import Daemon
import Documents

/// What `install systemd` was asked for, every value checked.
struct UnitRequest: Sendable, Equatable {
  var name: String
  var user: String
  var group: String
  /// Absolute, as every path here.
  var configuration: String
  /// Nil unless one was named.
  var pidFile: String?
  var pluginDirectory: String?
  var directory: String
  var reportsStarts: Bool
  var isHardened: Bool
  var writes: Bool
  var replaces: Bool

  /// Where the unit goes.
  var path: String { (directory == "/" ? "" : directory) + "/\(name).service" }

  /// - Throws: every mistake at once.
  init(_ flags: Flags) throws(Flags.Mistakes) {
    var problems: [String] = []
    func path(_ flag: String, _ fallback: String? = nil) -> String? {
      guard let given = flags.text(flag) ?? fallback else { return nil }
      if let fault = UnitText.fault(of: given) {
        problems.append("\(flag) \(given.excerpt) \(fault); name a plain path")
      }
      let absolute = Self.normalized(Program.absolute(given))
      if !absolute.hasPrefix("/") {
        problems.append("\(flag) \(given.excerpt) is relative, and the working folder is gone")
      }
      return absolute
    }
    name = flags.text("--name") ?? "tbot"
    if let fault = Self.fault(ofUnit: name) {
      problems.append("--name \(name.excerpt) \(fault)")
    }
    user = flags.text("--user") ?? "teleport"
    group = flags.text("--group") ?? "teleport"
    for (flag, value) in [("--user", user), ("--group", group)] where !Self.isAccount(value) {
      problems.append(
        "\(flag) \(value.excerpt) is no name of a \(flag.dropFirst(2)); write letters, digits, _, - and "
          + ". (31 at most, a letter or _ first), or a number")
    }
    let configuration = path("--config")
    if configuration == nil { problems.append("the parameter --config is missing") }
    if flags.text("--config")?.hasSuffix("/") == true {
      problems.append("--config names a folder; name the file in it")
    }
    self.configuration = configuration ?? ""
    pidFile = path("--pid-file")
    if flags.text("--pid-file")?.hasSuffix("/") == true {
      problems.append("--pid-file names a folder; name a file in it")
    }
    pluginDirectory = path("--plugin-dir")
    directory = path("--systemd-directory", "/etc/systemd/system") ?? ""
    reportsStarts = flags.toggle("--anonymous-telemetry") ?? false
    isHardened = flags.toggle("--hardened") ?? false
    writes = flags.toggle("--write") ?? false
    replaces = flags.toggle("--force") ?? false
    if replaces, !writes { problems.append("--force does nothing without --write") }
    guard problems.isEmpty else { throw Flags.Mistakes(problems: problems) }
  }

  /// Without empty components and `.`, which systemd does not clean out of arguments. `..` stays: what it
  /// leads to depends on links.
  static func normalized(_ path: String) -> String {
    guard path.hasPrefix("/") else { return path }
    return "/" + path.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
  }

  /// Why this cannot be the name of a unit; nil when it can.
  static func fault(ofUnit name: String) -> String? {
    if name.hasSuffix(".service") { return "is a file name; leave .service out" }
    let isPlain = name.utf8.allSatisfy { byte in isWordByte(byte) || ":_.-".utf8.contains(byte) }
    guard isPlain, !name.isEmpty, name.first != ".", name.first != "-" else {
      return "is no name of a unit; write letters, digits, :, _, . and -, a letter or digit first"
    }
    return name.utf8.count <= 200 ? nil : "is longer than 200 bytes"
  }

  private static func isAccount(_ name: String) -> Bool {
    // 65535 and 4294967295 stand for "nobody at all" in system calls.
    if let number = UInt32(name), name.first != "+" {
      return number != 65535 && number != .max && String(number) == name
    }
    guard let first = name.utf8.first, name.utf8.count <= 31, first < 0x80 else { return false }
    let startsWell = first == UInt8(ascii: "_") || (isWordByte(first) && first > UInt8(ascii: "9"))
    return startsWell && name.utf8.allSatisfy { isWordByte($0) || "_.-".utf8.contains($0) }
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }
}
