import Glibc
import PluginHost

/// The place of a unit on the disk.
struct UnitFile {
  /// Absolute path of the folder, which must exist.
  var directory: String
  var name: String
  var machine = Machine.system

  enum Outcome: Equatable {
    case written, identical
    case different(existing: String)
  }

  private static let maxBytes = 1 << 20

  var path: String { (directory == "/" ? "" : directory) + "/" + name }

  /// Puts the unit there as a whole, with mode 0644. A link of that name is replaced, never written
  /// through.
  ///
  /// - Returns: `different`, with nothing changed, when another content is there and is not to be replaced.
  func write(_ text: String, replaces: Bool) throws(RecordError) -> Outcome {
    guard machine.status(directory) != nil else {
      throw RecordError(
        message: "there is no folder \(directory)",
        hint:
          "systemd reads /etc/systemd/system; name a folder that exists with --systemd-directory")
    }
    let folder = try Folder.open(directory, symlinks: .insecure, demandsTrust: false)
    let bytes = Array(text.utf8)
    if let status = try folder.status(name) {
      do throws(RecordError) {
        let existing = try folder.read(name, limit: Self.maxBytes)
        if existing == bytes { return .identical }
        if !replaces, let existing {
          return .different(existing: String(decoding: existing, as: UTF8.self))
        }
      } catch {
        // A masked unit is a link to /dev/null.
        guard replaces else {
          let isLink = status.st_mode & S_IFMT == S_IFLNK
          throw RecordError(
            message: error.message,
            hint: isLink ? "if the unit is masked: systemctl unmask \(name)" : error.hint)
        }
      }
    }
    do throws(RecordError) {
      try folder.replace(name, bytes, mode: 0o644)
      try folder.flush()
    } catch {
      throw RecordError(
        message: error.message, hint: "run it as root, or without --write to see the unit alone")
    }
    return .written
  }
}
