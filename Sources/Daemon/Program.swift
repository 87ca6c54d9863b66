import CLinux
import Glibc

/// Facts and settings of the running program.
public enum Program {
  /// The executable, links resolved; nil when /proc is not mounted.
  public static var path: String? {
    var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = buffer.withUnsafeMutableBytes { raw in
      raw.baseAddress.map { readlink("/proc/self/exe", $0, raw.count) } ?? -1
    }
    return count > 0 ? String(decoding: buffer.prefix(count), as: UTF8.self) : nil
  }

  /// A path that stays right when the working directory changes.
  public static func absolute(_ path: String) -> String {
    guard !path.hasPrefix("/"), let current = getcwd(nil, 0) else { return path }
    defer { free(current) }
    let folder = String(cString: current)
    return (folder == "/" ? "" : folder) + "/" + path
  }

  /// Directory of the executable.
  private static var directory: Substring? {
    path.flatMap { path in path.lastIndex(of: "/").map { path[..<$0] } }
  }

  /// Where plugins are installed: `lib/tenon/plugins` beside the `bin` the program is in.
  public static var pluginDirectory: String {
    guard let directory, let slash = directory.lastIndex(of: "/") else {
      return "/usr/lib/tenon/plugins"
    }
    return String(directory[..<slash]) + "/lib/tenon/plugins"
  }

  /// Keeps secrets in memory out of core files and away from debuggers of the same user.
  ///
  /// - Returns: false when the kernel refuses, which a program may note and survive.
  public static func hideMemory() -> Bool { tenon_hide_memory() == 0 }

  /// Name of the machine.
  public static var hostname: String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard gethostname(&buffer, buffer.count - 1) == 0 else { return "" }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
