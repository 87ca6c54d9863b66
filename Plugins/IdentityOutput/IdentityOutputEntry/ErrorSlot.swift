import Documents
import IdentityOutput
import PluginABI
import PluginKit

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

  private func fill(_ code: Int32, _ retry: UInt32, _ message: String, _ hint: String) -> Int32 {
    PluginError(code, message, hint: hint, retry: retry).report(to: error)
  }
}
