/// Why a key, a certificate or a stored identity was refused.
///
/// Two errors are equal when their codes are: tests and callers decide by `code`, people read
/// `description`. No field ever holds key material.
public struct CredentialError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What kind of refusal it is; stable, for decisions.
  public enum Code: String, Sendable, CaseIterable {
    /// The bytes do not follow the format they claim.
    case malformed
    /// Well formed, but of a kind this program does not handle.
    case unsupported
    /// A part that must be there is not.
    case missing
    /// Two parts that belong together do not fit.
    case mismatch
    /// The validity has ended.
    case expired
    /// The validity has not begun.
    case notYetValid
    /// No trusted authority stands behind it.
    case untrusted
    /// The crypto library refused an operation on good input.
    case internalFailure = "internal-failure"
  }

  /// What kind of refusal it is.
  public let code: Code
  /// What failed and with which input; lower case, no final period.
  public let reason: String
  /// What to do next; empty when the reason says it all.
  public let remedy: String

  /// An error whose texts are safe to show and to log.
  public init(_ code: Code, _ reason: String, remedy: String = "") {
    self.code = code
    self.reason = reason
    self.remedy = remedy
  }

  /// The reason, and the remedy if there is one.
  public var description: String {
    remedy.isEmpty ? reason : "\(reason); \(remedy)"
  }

  /// Whether the codes are equal.
  public static func == (left: CredentialError, right: CredentialError) -> Bool {
    left.code == right.code
  }
}
