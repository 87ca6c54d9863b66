import PluginABI
import PluginKit
import TPMAgent

/// A host that hears one line of progress and then loses interest.
final class Patience {
  private(set) var lines: [String] = []

  /// Lends the watch of a call of this host.
  func lend(_ body: (Watch) throws -> Void) rethrows {
    var task = tenon_task(
      struct_size: UInt32(MemoryLayout<tenon_task>.size), flags: 0,
      ctx: Unmanaged.passUnretained(self).toOpaque(),
      is_cancelled: { context in
        guard let context else { return 0 }
        let me = Unmanaged<Patience>.fromOpaque(context).takeUnretainedValue()
        return me.lines.isEmpty ? 0 : 1
      }, deadline_ns: { _ in 0 },
      progress: { context, text in
        guard let context else { return }
        Unmanaged<Patience>.fromOpaque(context).takeUnretainedValue().lines.append(text.text)
      })
    try withUnsafePointer(to: &task) { try body(Watch($0)) }
  }
}
