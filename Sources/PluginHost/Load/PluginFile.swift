import CLinux
import Crypto
import Glibc

/// A plugin file held open: everything known of it comes from this one descriptor.
///
/// The descriptor stays open for the life of the process once the plugin is loaded: the dynamic
/// loader remembers the `/proc/self/fd` name, and a reused number would give it the wrong library.
public final class PluginFile: Sendable {
  let descriptor: Int32
  public let path: String
  let bytes: [UInt8]

  static let maxBytes = 64 << 20

  /// Opens and judges the file and its parents: `file-*` checks.
  init(path: String, policy: LoadPolicy) throws(PluginRefusal) {
    guard path.hasPrefix("/") else {
      throw PluginRefusal(
        check: "file-path", path: path, reason: "is not an absolute path",
        remedy: "name the plugin directory by its absolute path")
    }
    try Self.checkParents(of: path, policy: policy)
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else {
      let reason =
        errno == ELOOP
        ? "is a symbolic link" : "cannot be opened: \(String(cString: strerror(errno)))"
      throw PluginRefusal(
        check: "file-open", path: path, reason: reason, remedy: "install the plugin as a plain file"
      )
    }
    do {
      bytes = try Self.read(descriptor, path: path, policy: policy)
    } catch {
      close(descriptor)
      throw error
    }
    self.descriptor = descriptor
    self.path = path
  }

  deinit { close(descriptor) }

  private static func read(
    _ descriptor: Int32, path: String, policy: LoadPolicy
  ) throws(PluginRefusal) -> [UInt8] {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw PluginRefusal(check: "file-kind", path: path, reason: "is not a regular file")
    }
    guard policy.trustedOwners.contains(status.st_uid) else {
      throw PluginRefusal(
        check: "file-owner", path: path, reason: "is owned by user \(status.st_uid)",
        remedy: "make root its owner: chown root:root \(path)")
    }
    guard status.st_mode & 0o022 == 0 else {
      throw PluginRefusal(
        check: "file-mode", path: path,
        reason: "can be written by its group or by others (mode \(octal(status.st_mode)))",
        remedy: "run: chmod go-w \(path)")
    }
    guard status.st_size <= maxBytes else {
      throw PluginRefusal(
        check: "file-size", path: path,
        reason: "is \(status.st_size) bytes long, at most \(maxBytes)")
    }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    var filled = 0
    while filled < bytes.count {
      let count = bytes.withUnsafeMutableBytes { buffer in
        pread(
          descriptor, buffer.baseAddress.map { $0 + filled }, buffer.count - filled, off_t(filled))
      }
      guard count > 0 else {
        throw PluginRefusal(check: "file-read", path: path, reason: "could not be read to its end")
      }
      filled += count
    }
    try checkPin(bytes, path: path, policy: policy)
    return bytes
  }

  private static func checkPin(
    _ bytes: [UInt8], path: String, policy: LoadPolicy
  ) throws(PluginRefusal) {
    let name = String(path.split(separator: "/").last ?? "")
    let digest = SHA256.hash(data: bytes).map { byte in
      let text = String(byte, radix: 16)
      return byte < 16 ? "0" + text : text
    }.joined()
    if let pin = policy.pins[name] {
      guard pin == digest else {
        throw PluginRefusal(
          check: "file-pin", path: path, reason: "has SHA-256 \(digest), which is not its pin",
          remedy: "reinstall the plugin, or correct plugins.pins in the configuration")
      }
    } else if policy.requiresPins {
      throw PluginRefusal(
        check: "file-pin", path: path, reason: "has no pin although plugins.require_pins is set",
        remedy: "add \(name): \(digest) to plugins.pins after checking where the file comes from")
    }
  }

  private static func checkParents(
    of path: String, policy: LoadPolicy
  ) throws(PluginRefusal) {
    var parent = path
    while let slash = parent.lastIndex(of: "/") {
      parent = String(parent[..<slash])
      let directory = parent.isEmpty ? "/" : parent
      var status = stat()
      guard stat(directory, &status) == 0 else {
        throw PluginRefusal(
          check: "file-parent", path: path,
          reason: "lies below \(directory), which cannot be examined: "
            + String(cString: strerror(errno)))
      }
      let isSharedSticky =
        status.st_uid == 0 && status.st_mode & S_ISVTX != 0 && directory != dirname(path)
      guard policy.trustedOwners.contains(status.st_uid),
        status.st_mode & 0o022 == 0 || isSharedSticky
      else {
        throw PluginRefusal(
          check: "file-parent", path: path,
          reason: "lies below \(directory), which others can change "
            + "(owner \(status.st_uid), mode \(octal(status.st_mode)))",
          remedy: "make it root's and writable by nobody else: "
            + "chown root:root \(directory) && chmod go-w \(directory)")
      }
    }
  }

  private static func dirname(_ path: String) -> String {
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
    return String(path[..<slash])
  }

  static func octal(_ mode: mode_t) -> String {
    "0" + String(mode & 0o7777, radix: 8)
  }
}
