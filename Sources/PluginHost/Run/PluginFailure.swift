import PluginABI

/// A call into a plugin that did not succeed.
public struct PluginFailure: Error, Sendable, Equatable, CustomStringConvertible {
  /// The codes of `tenon/base.h`, in words.
  public enum Code: Int32, Sendable, CaseIterable {
    case invalidArgument = 1
    case invalidConfig, unsupported, unavailable, busy, refused, cancelled, timedOut, corruptState
    case internalError, notFound
  }

  /// What a caller may do about it.
  public enum Retry: UInt32, Sendable {
    case never, later, afterConfig, afterOperator
  }

  public var pluginID: String
  public var code: Code
  public var retry: Retry
  /// What failed, lower case, no period, never a secret.
  public var message: String
  /// What to do next; may be empty.
  public var hint: String

  public init(
    pluginID: String, code: Code, retry: Retry = .never, message: String, hint: String = ""
  ) {
    self.pluginID = pluginID
    self.code = code
    self.retry = retry
    self.message = message
    self.hint = hint
  }

  public var description: String {
    "\(pluginID): \(message)" + (hint.isEmpty ? "" : "; \(hint)")
  }

  /// The failure a plugin reported through its return code and error object.
  init(pluginID: String, code: Int32, error: tenon_error) {
    let message = withUnsafeBytes(of: error.message) { Self.text($0) }
    let hint = withUnsafeBytes(of: error.hint) { Self.text($0) }
    self.init(
      pluginID: pluginID, code: Code(rawValue: code) ?? .internalError,
      retry: Retry(rawValue: error.retry) ?? .never,
      message: message.isEmpty ? "failed with code \(code) and gave no reason" : message,
      hint: message.isEmpty ? Self.defectHint : hint)
  }

  /// The hint of failures that are the plugin's own fault.
  static let defectHint = "this is a defect of the plugin, report it to its author"

  private static func text(_ bytes: UnsafeRawBufferPointer) -> String {
    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      .unicodeScalars.reduce(into: "") { text, scalar in
        text.unicodeScalars.append(scalar.value < 32 || scalar.value == 127 ? " " : scalar)
      }
  }
}
