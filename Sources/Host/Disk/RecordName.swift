import PluginHost

/// What a record or a file of a destination may be called.
enum RecordName {
  /// 1 to 255 bytes, no `/` and no NUL, not hidden: hidden names are the disk's own.
  static func isLegal(_ name: String) -> Bool {
    (1...255).contains(name.utf8.count) && !name.utf8.contains(0x2F) && !name.utf8.contains(0)
      && !name.hasPrefix(".")
  }

  static func check(_ name: String) throws(RecordError) {
    guard isLegal(name) else {
      throw RecordError(
        message: "\"\(name.prefix(64))\" cannot be the name of a record",
        hint: "use 1 to 255 bytes without a slash, not beginning with a dot")
    }
  }
}
