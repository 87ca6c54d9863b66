import CTSS2
import PluginABI
import PluginKit

/// Turns return codes of the TPM stack into failures an operator can act upon.
enum TPMFailure {
  /// What to do about codes of the TPM itself (TCG TPM 2.0 library, part 2, 6.6.3).
  private enum Known {
    static let objectMemory: TSS2_RC = 0x902
    static let sessionMemory: TSS2_RC = 0x903
    static let lockout: TSS2_RC = 0x921
    static let retry: TSS2_RC = 0x922
    static let initialize: TSS2_RC = 0x100
    static let failure: TSS2_RC = 0x101
    static let authFail: TSS2_RC = 0x08E
    static let badAuth: TSS2_RC = 0x0A2
    static let hierarchy: TSS2_RC = 0x085
  }

  static func isTryAgain(_ code: TSS2_RC) -> Bool {
    code & TENON_TSS2_LAYER_MASK != 0
      && code & ~TENON_TSS2_LAYER_MASK == TENON_TSS2_TRY_AGAIN
  }

  /// The code without the number of the parameter, handle or session it complains about.
  static func kind(_ code: TSS2_RC) -> TSS2_RC {
    guard code & TENON_TSS2_LAYER_MASK == 0, code & 0x80 != 0 else { return code }
    return code & 0xBF
  }

  /// - Parameter command: the command as the TPM specification calls it.
  static func make(_ command: String, _ code: TSS2_RC) -> PluginError {
    let message = command + " failed: " + text(code) + " (0x" + Hex.short(code) + ")"
    switch kind(code) {
    case Known.objectMemory, Known.sessionMemory:
      return PluginError(
        TENON_BUSY, message,
        hint: "other programs fill the TPM; use its resource manager (/dev/tpmrm0), or free it "
          + "with tpm2_flushcontext -t -l -s", retry: TENON_RETRY_LATER)
    case Known.lockout:
      return PluginError(
        TENON_UNAVAILABLE, message,
        hint: "the TPM is locked after wrong passwords; wait, or clear it with "
          + "tpm2_dictionarylockout -c", retry: TENON_RETRY_LATER)
    case Known.authFail, Known.badAuth:
      return PluginError(
        TENON_REFUSED, message,
        hint: "a hierarchy or key of this TPM has a password, which this join method does not know",
        retry: TENON_RETRY_AFTER_OPERATOR)
    case Known.hierarchy:
      return PluginError(
        TENON_REFUSED, message, hint: "a hierarchy is switched off in the firmware's TPM settings",
        retry: TENON_RETRY_AFTER_OPERATOR)
    case Known.initialize, Known.failure:
      return PluginError(
        TENON_UNAVAILABLE, message, hint: "the TPM is not started or in failure mode; reboot",
        retry: TENON_RETRY_AFTER_OPERATOR)
    default:
      return PluginError(
        TENON_UNAVAILABLE, message, hint: "try again; see the kernel's log for the TPM",
        retry: TENON_RETRY_LATER)
    }
  }

  private static func text(_ code: TSS2_RC) -> String {
    guard let words = Tss2_RC_Decode(code) else { return "unknown reason" }
    return String(cString: words)
  }
}
