import IdentityOutput
import PluginABI
import PluginKit

extension PluginError {
  /// What the host does about a failure of this output: an operator mends a configuration, and
  /// credentials that make no sense may be followed by others that do.
  init(_ failure: OutputFailure) {
    switch failure.reason {
    case .configuration:
      self.init(
        TENON_INVALID_CONFIG, failure.message, hint: failure.hint, retry: TENON_RETRY_AFTER_CONFIG)
    case .credentials:
      self.init(
        TENON_INVALID_ARGUMENT, failure.message, hint: failure.hint, retry: TENON_RETRY_LATER)
    }
  }
}
