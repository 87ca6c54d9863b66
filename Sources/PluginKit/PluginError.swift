public import PluginABI

/// A failure a plugin reports: it becomes the caller's `tenon_error` (`tenon/base.h`).
public struct PluginError: Error, Sendable {
  /// One of the `TENON_*` codes, never `TENON_OK`.
  public var code: Int32
  /// One of `TENON_RETRY_*`.
  public var retry: UInt32
  /// What failed and with which input, never a secret; lower case, no period.
  public var message: String
  /// What to do next; may be empty.
  public var hint: String

  public init(
    _ code: Int32, _ message: String, hint: String = "", retry: UInt32 = TENON_RETRY_NEVER
  ) {
    self.code = code
    self.retry = retry
    self.message = message
    self.hint = hint
  }

  /// Writes this failure into the caller's object and returns its code. Text is cut at a character
  /// boundary.
  @discardableResult
  public func report(to error: UnsafeMutablePointer<tenon_error>?) -> Int32 {
    guard let error else { return code }
    error.pointee.code = code
    error.pointee.retry = retry
    withUnsafeMutableBytes(of: &error.pointee.message) { Self.copy(message, to: $0) }
    withUnsafeMutableBytes(of: &error.pointee.hint) { Self.copy(hint, to: $0) }
    return code
  }

  /// The failure a host service reported.
  public init(_ code: Int32, from error: tenon_error) {
    self.init(
      code, withUnsafeBytes(of: error.message) { Self.text($0) },
      hint: withUnsafeBytes(of: error.hint) { Self.text($0) }, retry: error.retry)
  }

  private static func copy(_ text: String, to slot: UnsafeMutableRawBufferPointer) {
    let bytes = [UInt8](text.utf8)
    var count = min(bytes.count, slot.count - 1)
    while count > 0, count < bytes.count, bytes[count] & 0xC0 == 0x80 { count -= 1 }
    for index in 0..<count { slot[index] = bytes[index] }
    slot[count] = 0
  }

  private static func text(_ slot: UnsafeRawBufferPointer) -> String {
    var bytes: [UInt8] = []
    for byte in slot {
      if byte == 0 { break }
      bytes.append(byte)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
