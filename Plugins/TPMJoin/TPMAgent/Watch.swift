public import PluginABI
import PluginKit

/// The host's wish behind one call: whether it should go on, and where to say how far it is
/// (`tenon/host/task.h`). Valid for the length of that call.
public struct Watch {
  private let task: UnsafePointer<tenon_task>?

  public init(_ task: UnsafePointer<tenon_task>?) { self.task = task }

  /// Nobody waits: work that must be done in any case.
  public static var none: Watch { Watch(nil) }

  /// Asked before every command. A command on its way is never given up: a TPM has no way to cancel
  /// one, and a context must not be used again before its answer is there.
  ///
  /// - Throws: `TENON_CANCELLED` once the host has lost interest or the deadline has passed.
  func check() throws(PluginError) {
    guard let task, let isCancelled = task.pointee.is_cancelled else { return }
    guard isCancelled(task.pointee.ctx) != 0 else { return }
    throw PluginError(
      TENON_CANCELLED, "the work with the TPM was called off before it was done",
      hint: "a slow TPM may need longer; try again", retry: TENON_RETRY_LATER)
  }

  func progress(_ text: String) {
    guard let task, let progress = task.pointee.progress else { return }
    let bytes = [UInt8](text.utf8)
    bytes.withUnsafeBufferPointer {
      progress(task.pointee.ctx, tenon_bytes(ptr: $0.baseAddress, len: $0.count))
    }
  }
}
