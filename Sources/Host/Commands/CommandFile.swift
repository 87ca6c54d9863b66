import Daemon
import Documents
import PluginHost

/// A file that a plugin's command writes because the user named it.
enum CommandFile {
  /// Writes it as a whole, with mode 0600. Folders on the way may be links, the file is never written
  /// through one.
  ///
  /// - Throws: also when something has the name already and is not to be replaced.
  static func write(_ path: String, _ content: [UInt8], replaces: Bool) throws(RecordError) {
    let absolute = Program.absolute(path)
    guard let slash = absolute.lastIndex(of: "/"), !absolute.hasSuffix("/"),
      ![".", ".."].contains(absolute[absolute.index(after: slash)...])
    else {
      throw RecordError(message: "\(path.excerpt) is not the name of a file", hint: "name a file")
    }
    let name = String(absolute[absolute.index(after: slash)...])
    let folder = try Folder.open(
      slash == absolute.startIndex ? "/" : String(absolute[..<slash]), symlinks: .insecure,
      demandsTrust: false)
    if !replaces, try folder.status(name) != nil {
      throw RecordError(
        message: "\(absolute) exists already",
        hint: "name another file, or pass --overwrite where the command has it")
    }
    try folder.replace(name, content)
    try folder.flush()
  }
}
