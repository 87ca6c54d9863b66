import PluginABI

/// Asynchronous work of the host that a plugin waits for on its own thread.
enum Waiting {
  /// Runs `body` on the cooperative pool and blocks this thread, which must not be of that pool.
  static func result<Value: Sendable>(
    _ body: @escaping @Sendable () async throws(PluginFailure) -> Value
  ) -> Result<Value, PluginFailure> {
    let outcome = Outcome<Value>()
    let done = Semaphore()
    Task {
      do throws(PluginFailure) {
        outcome.settle(.success(try await body()))
      } catch {
        outcome.settle(.failure(error))
      }
      done.signal()
    }
    done.wait()
    return outcome.settled
      ?? .failure(
        PluginFailure(pluginID: "tenon", code: .internalError, message: "nothing came of a call"))
  }
}

extension ErrorSlot {
  /// Writes a failure of the host into a plugin's error object and gives its code.
  static func write(
    _ target: UnsafeMutablePointer<tenon_error>?, _ failure: PluginFailure
  ) -> Int32 {
    write(
      target, code: failure.code.rawValue, retry: failure.retry.rawValue, message: failure.message,
      hint: failure.hint)
  }
}
