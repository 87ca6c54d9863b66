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
  /// SHA-256 of the whole file in lower-case hex, as a pin states it.
  public let sha256: String

  static let maxBytes = 64 << 20

  /// Opens and judges the file and the folders above it; nil when there is nothing to read.
  init?(path: String, policy: LoadPolicy, _ list: inout CheckList) {
    guard let descriptor = Self.open(path, policy, &list) else { return nil }
    self.descriptor = descriptor
    self.path = path
    guard let bytes = Self.read(descriptor, policy, &list) else {
      self.bytes = []
      sha256 = ""
      return nil
    }
    self.bytes = bytes
    sha256 = Self.digest(bytes)
    let name = String(path.split(separator: "/").last ?? "")
    list.expect("file-pin", Self.goodPin(name, policy), or: Self.pinFault(name, sha256, policy))
  }

  deinit { close(descriptor) }

  private static func open(
    _ path: String, _ policy: LoadPolicy, _ list: inout CheckList
  ) -> Int32? {
    guard path.hasPrefix("/"), !path.hasSuffix("/"), !path.utf8.contains(0) else {
      list.fail(
        "file-path", "is not an absolute path to a file",
        "name the plugin directory by its absolute path")
      return nil
    }
    var real = path
    do throws(FolderWalk.Fault) {
      let walk = try FolderWalk(toFolderOf: path, policy: policy)
      real = walk.folder + "/" + (path.split(separator: "/").last ?? "")
      list.pass("file-parent", "lies in folders that only root and this user can change")
    } catch {
      list.fail("file-parent", error.reason, error.remedy)
    }
    let descriptor = Glibc.open(real, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else {
      let reason = String(cString: strerror(errno))
      list.fail(
        "file-open", errno == ELOOP ? "is a symbolic link" : "cannot be opened: \(reason)",
        "install the plugin as a plain file")
      return nil
    }
    return descriptor
  }

  private static func read(
    _ descriptor: Int32, _ policy: LoadPolicy, _ list: inout CheckList
  ) -> [UInt8]? {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      list.fail("file-kind", "is not a regular file", "install the plugin as a plain file")
      return nil
    }
    list.pass("file-kind", "is a regular file")
    list.expect(
      "file-owner", "belongs to root or to this user",
      or: policy.trustedOwners.contains(status.st_uid)
        ? nil
        : (
          "is owned by user \(status.st_uid)",
          "make root its owner: chown root:root \(list.path)"
        ))
    list.expect(
      "file-mode", "can be written by its owner alone",
      or: status.st_mode & 0o022 == 0
        ? nil
        : (
          "can be written by its group or by others (mode \(octal(status.st_mode)))",
          "run: chmod go-w \(list.path)"
        ))
    guard status.st_size <= maxBytes else {
      list.fail(
        "file-size", "is \(status.st_size) bytes long, at most \(maxBytes) are allowed",
        "strip it, or move what it carries into files of its own")
      return nil
    }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    var filled = 0
    while filled < bytes.count {
      let count = bytes.withUnsafeMutableBytes { buffer in
        pread(
          descriptor, buffer.baseAddress.map { $0 + filled }, buffer.count - filled, off_t(filled))
      }
      guard count > 0 else {
        list.fail("file-size", "could not be read to its end", "install the plugin anew")
        return nil
      }
      filled += count
    }
    list.pass("file-size", "is \(bytes.count) bytes long")
    return bytes
  }

  private static func digest(_ bytes: [UInt8]) -> String {
    SHA256.hash(data: bytes).map { byte in
      let text = String(byte, radix: 16)
      return byte < 16 ? "0" + text : text
    }.joined()
  }

  private static func goodPin(_ name: String, _ policy: LoadPolicy) -> String {
    policy.pins[name] == nil ? "needs no pin here" : "has the SHA-256 of its pin"
  }

  private static func pinFault(
    _ name: String, _ digest: String, _ policy: LoadPolicy
  ) -> (String, String)? {
    if let pin = policy.pins[name] {
      return pin == digest
        ? nil
        : (
          "has SHA-256 \(digest), which is not its pin",
          "reinstall the plugin, or correct plugins.pins in the configuration"
        )
    }
    return policy.requiresPins
      ? (
        "has no pin although plugins.require_pins is set",
        "add \(name): \(digest) to plugins.pins after checking where the file comes from"
      ) : nil
  }

  static func octal(_ mode: mode_t) -> String {
    "0" + String(mode & 0o7777, radix: 8)
  }
}
