import PluginKit
import TPMStructures

/// Why evidence is not acceptable, or what kept the authority from judging it.
enum Rejection: Error {
  /// The peer's fault; the text is for the client.
  case refused(String)
  case defect(PluginError)

  /// Runs a parser of the peer's bytes.
  static func parsing<Value>(
    _ body: () throws(MalformedStructure) -> Value
  ) throws(Rejection) -> Value {
    do { return try body() } catch let failure { throw .refused(failure.reason) }
  }

  /// Runs what fails through no fault of the peer.
  static func computing<Value>(
    _ body: () throws(PluginError) -> Value
  ) throws(Rejection) -> Value {
    do { return try body() } catch let failure { throw .defect(failure) }
  }
}
