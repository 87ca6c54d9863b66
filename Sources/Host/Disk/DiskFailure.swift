import Glibc
import PluginHost

/// Turns `errno` into sentences that name the path and what to do.
enum DiskFailure {
  /// `verb` completes "cannot …": `write`, `create the folder`.
  /// `folder` is where rights or room are missing, when `path` is a file in it.
  static func error(
    _ verb: String, _ path: String, in folder: String? = nil, _ number: Int32
  ) -> RecordError {
    RecordError(
      message: "cannot \(verb) \(path): \(words(number))", hint: remedy(folder ?? path, number))
  }

  /// The system's text for an error number, in lower case as within a sentence.
  static func words(_ number: Int32) -> String {
    guard number != ELOOP else { return "it is a symbolic link" }
    let text = String(cString: strerror(number))
    return text.prefix(1).lowercased() + text.dropFirst()
  }

  private static func remedy(_ path: String, _ number: Int32) -> String {
    switch number {
    case ENOSPC, EDQUOT:
      "free some space on that file system and start again"
    case EROFS:
      "mount that file system writable, or name another folder"
    case EACCES, EPERM:
      "run as the user who owns it, or give it to this one: chown -R \(geteuid()) \(path)"
    case ELOOP:
      "name the place it points at, or replace it by a file or folder of its own"
    case ENOTDIR:
      "something that is not a folder has this name; move it away or name another folder"
    case EISDIR:
      "a folder has this name; move it away"
    case ENAMETOOLONG:
      "choose a shorter path"
    case EMFILE, ENFILE:
      "raise the limit of open files (ulimit -n)"
    case EIO:
      "the disk reports a fault; see the kernel's log"
    default:
      "correct this and start again"
    }
  }
}
