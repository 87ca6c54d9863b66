/// The join tokens of one method, for a plugin's commands (`tenon/host/tokens.h`).
public protocol TokenAccess: Sendable {
  /// The JSON object that the plugin gets.
  ///
  /// - Throws: ``PluginFailure`` with `notFound`, or `refused` for a token of another method.
  func get(_ name: String) async throws(PluginFailure) -> [UInt8]
  /// Replaces the method's sections while the token has the revision.
  ///
  /// - Parameters:
  ///   - spec: JSON, as the plugin wrote it.
  ///   - status: JSON, as the plugin wrote it.
  ///   - unlocks: whether the locks on the token go too: both happen, or neither.
  /// - Throws: ``PluginFailure`` with `busy` when it has another revision by now.
  func update(
    _ name: String, spec: [UInt8], status: [UInt8], revision: Int64, unlocks: Bool
  ) async throws(PluginFailure)
}
