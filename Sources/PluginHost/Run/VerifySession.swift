/// One join being verified. Used by one task at a time.
public final class VerifySession: Sendable {
  private let verifier: JoinVerifierInstance
  private let handle: UInt

  init(verifier: JoinVerifierInstance, handle: UInt) {
    self.verifier = verifier
    self.handle = handle
  }

  /// The client's answer to the last challenge.
  public func step(field: UInt32, message: [UInt8]) async throws(PluginFailure) -> VerifyAction {
    let (core, handle) = (verifier.core, handle)
    return try await run { () throws(PluginFailure) in try core.step(handle, field, message) }
  }

  /// The client gave up.
  public func gaveUp(reason: UInt32, text: String) async throws(PluginFailure) -> VerifyAction {
    let (core, handle) = (verifier.core, handle)
    return try await run { () throws(PluginFailure) in try core.gaveUp(handle, reason, text) }
  }

  /// After an accept: the status to commit and the fields to add to the result.
  public func conclude(
    instanceID: String
  ) async throws(PluginFailure) -> (status: [UInt8], result: [UInt8]) {
    let (core, handle) = (verifier.core, handle)
    return try await run { () throws(PluginFailure) in try core.conclude(handle, instanceID) }
  }

  /// The join failed. Does nothing after a conclude.
  public func abort() async {
    let (core, handle) = (verifier.core, handle)
    try? await run { () throws(PluginFailure) in core.abort(handle) }
  }

  private func run<Output: Sendable>(
    _ body: @escaping @Sendable () throws(PluginFailure) -> Output
  ) async throws(PluginFailure) -> Output {
    try await verifier.thread.run(deadline: JoinVerifierInstance.deadline) {
      _ throws(PluginFailure) in try body()
    }
  }
}
