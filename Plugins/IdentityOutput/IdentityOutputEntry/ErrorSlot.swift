import Documents
import IdentityOutput
import PluginABI

/// Fills the error struct of the caller.
struct ErrorSlot {
  private let error: UnsafeMutablePointer<tenon_error>?

  init(_ error: UnsafeMutablePointer<tenon_error>?) { self.error = error }

  func report(_ failure: OutputFailure) -> Int32 {
    switch failure.reason {
    case .configuration:
      fill(TENON_INVALID_CONFIG, TENON_RETRY_AFTER_CONFIG, failure.message, failure.hint)
    case .credentials:
      fill(TENON_INVALID_ARGUMENT, TENON_RETRY_LATER, failure.message, failure.hint)
    }
  }

  /// Passes on what a sink of the host answered.
  func report(_ code: Int32, _ message: String) -> Int32 {
    fill(code, TENON_RETRY_LATER, message, "see the log of the host for its reason")
  }

  func brokenContract(_ function: String) -> Int32 {
    fill(
      TENON_INVALID_ARGUMENT, TENON_RETRY_NEVER,
      concat("the host called ", function, " without its arguments"),
      "report this as a defect of the host")
  }

  private func fill(_ code: Int32, _ retry: UInt32, _ message: String, _ hint: String) -> Int32 {
    guard let error else { return code }
    error.pointee.code = code
    error.pointee.retry = retry
    withUnsafeMutableBytes(of: &error.pointee.message) { copy(message, to: $0) }
    withUnsafeMutableBytes(of: &error.pointee.hint) { copy(hint, to: $0) }
    return code
  }

  private func copy(_ text: String, to slot: UnsafeMutableRawBufferPointer) {
    let bytes = [UInt8](text.utf8)
    var count = min(bytes.count, slot.count - 1)
    // Cut in front of a character, never inside one.
    while count > 0, count < bytes.count, bytes[count] & 0xC0 == 0x80 { count -= 1 }
    for index in 0..<count { slot[index] = bytes[index] }
    slot[count] = 0
  }
}
