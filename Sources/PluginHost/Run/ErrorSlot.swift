import PluginABI

/// A zeroed error object lent to one call.
struct ErrorSlot {
  private(set) var raw = tenon_error()

  init() { raw.struct_size = UInt32(MemoryLayout<tenon_error>.size) }

  mutating func fill<Result>(_ body: (UnsafeMutablePointer<tenon_error>) -> Result) -> Result {
    withUnsafeMutablePointer(to: &raw) { body($0) }
  }

  /// The message and hint as one text, nil when the callee left the object empty.
  var text: String? {
    let failure = PluginFailure(pluginID: "", code: 10, error: raw)
    let empty = withUnsafeBytes(of: raw.message) { $0.first == 0 }
    return empty ? nil : failure.message + (failure.hint.isEmpty ? "" : "; \(failure.hint)")
  }

  /// Writes a host-side failure into a plugin's error object, cut at a character boundary.
  static func write(
    _ target: UnsafeMutablePointer<tenon_error>?, code: Int32, retry: UInt32 = 0, message: String,
    hint: String = ""
  ) -> Int32 {
    guard let target, target.pointee.struct_size >= UInt32(MemoryLayout<tenon_error>.size) else {
      return code
    }
    target.pointee.code = code
    target.pointee.retry = retry
    withUnsafeMutableBytes(of: &target.pointee.message) { put(message, into: $0) }
    withUnsafeMutableBytes(of: &target.pointee.hint) { put(hint, into: $0) }
    return code
  }

  private static func put(_ text: String, into buffer: UnsafeMutableRawBufferPointer) {
    var at = 0
    for scalar in text.unicodeScalars {
      let encoded = Array(String(scalar).utf8)
      guard at + encoded.count < buffer.count else { break }
      for byte in encoded {
        buffer[at] = byte
        at += 1
      }
    }
    buffer[at] = 0
  }
}
