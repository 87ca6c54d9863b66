import CLinux
import PluginABI

extension String {
  /// Text a plugin handed over; invalid UTF-8 is replaced, never trusted.
  init(_ bytes: tenon_bytes) {
    self = String(decoding: Array(bytes), as: UTF8.self)
  }
}

extension Array where Element == UInt8 {
  /// Copies borrowed bytes. A null pointer is empty, and so is a length beyond all memory, which Swift
  /// sees as negative.
  init(_ bytes: tenon_bytes) {
    guard let start = bytes.ptr, bytes.len > 0 else {
      self = []
      return
    }
    self = Array(UnsafeBufferPointer(start: start, count: bytes.len))
  }

  /// Overwrites what may be a secret with zeroes, in a way the optimiser keeps.
  mutating func wipe() {
    withUnsafeMutableBytes { bytes in
      if let start = bytes.baseAddress { tenon_zero(start, bytes.count) }
    }
  }

  /// Lends these bytes for the length of `body`.
  func lend<Result>(_ body: (tenon_bytes) -> Result) -> Result {
    withUnsafeBufferPointer { body(tenon_bytes(ptr: $0.baseAddress, len: $0.count)) }
  }
}

extension String {
  /// Lends the UTF-8 bytes of this text for the length of `body`.
  func lend<Result>(_ body: (tenon_bytes) -> Result) -> Result { Array(utf8).lend(body) }
}

extension tenon_sink {
  /// Hands all bytes to the sink and returns its verdict.
  func put(_ bytes: [UInt8]) -> Int32 {
    guard let write else { return TENON_INVALID_ARGUMENT }
    return bytes.withUnsafeBufferPointer { write(ctx, $0.baseAddress, $0.count) }
  }

  func put(_ text: String) -> Int32 { put(Array(text.utf8)) }
}

/// Collects what a plugin writes to a sink, up to a limit that names itself.
final class Collector {
  private(set) var bytes: [UInt8] = []
  private(set) var overflowed = false
  let limit: Int

  init(limit: Int) { self.limit = limit }

  /// Refuses an output that passed its limit, also when the plugin took no notice.
  func check(_ what: String, of pluginID: String) throws(PluginFailure) {
    guard overflowed else { return }
    throw PluginFailure(
      pluginID: pluginID, code: .invalidArgument,
      message: "it wrote \(what) of more than \(limit) bytes", hint: PluginFailure.defectHint)
  }

  /// A sink that is valid while this collector lives.
  var sink: tenon_sink {
    tenon_sink(ctx: Unmanaged.passUnretained(self).toOpaque()) { context, bytes, count in
      guard let context else { return TENON_INVALID_ARGUMENT }
      let collector = Unmanaged<Collector>.fromOpaque(context).takeUnretainedValue()
      let room = collector.limit - collector.bytes.count
      guard count == 0 || bytes != nil, (0...room).contains(count) else {
        collector.overflowed = true
        return TENON_INVALID_ARGUMENT
      }
      collector.bytes.append(contentsOf: UnsafeBufferPointer(start: bytes, count: count))
      return TENON_OK
    }
  }
}
