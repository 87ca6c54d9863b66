public import Documents
public import PluginABI

extension tenon_bytes {
  /// A copy of the bytes. A null pointer is empty.
  public var array: [UInt8] {
    guard let ptr, len > 0 else { return [] }
    return [UInt8](UnsafeBufferPointer(start: ptr, count: len))
  }

  /// The bytes as text; what is not UTF-8 is replaced.
  public var text: String { String(decoding: array, as: UTF8.self) }

  /// The bytes as a JSON document of the core. A broken one reads as null, like one that is absent.
  public var document: Node { (try? JSON.parse(array)) ?? .null }
}

extension tenon_sink {
  /// Hands all bytes to the sink.
  ///
  /// - Throws: the sink's own code when it takes no more.
  public func put(_ bytes: [UInt8]) throws(PluginError) {
    guard let write else { throw PluginError(TENON_INVALID_ARGUMENT, "the host lent no sink") }
    let code = bytes.withUnsafeBufferPointer { write(ctx, $0.baseAddress, $0.count) }
    guard code == TENON_OK else { throw PluginError(code, "the host took no more output") }
  }

  public func put(_ text: String) throws(PluginError) { try put([UInt8](text.utf8)) }
}

/// Lends an array for the length of `body`.
func lend<Result>(_ bytes: [UInt8], _ body: (tenon_bytes) -> Result) -> Result {
  bytes.withUnsafeBufferPointer { body(tenon_bytes(ptr: $0.baseAddress, len: $0.count)) }
}

/// Lends a sink that appends to an array, for the length of `body`.
func withSink<Result>(_ bytes: inout [UInt8], _ body: (tenon_sink) -> Result) -> Result {
  withUnsafeMutablePointer(to: &bytes) { target in
    body(
      tenon_sink(ctx: target) { context, chunk, count in
        guard let context, count == 0 || chunk != nil else { return TENON_INVALID_ARGUMENT }
        context.assumingMemoryBound(to: [UInt8].self).pointee
          .append(contentsOf: UnsafeBufferPointer(start: chunk, count: count))
        return TENON_OK
      })
  }
}

/// Runs a service call that writes to a sink.
///
/// - Returns: all it wrote, after `TENON_OK`.
/// - Throws: what the call reports with any other code.
func collect(
  _ body: (tenon_sink, UnsafeMutablePointer<tenon_error>) -> Int32
) throws(PluginError) -> [UInt8] {
  var bytes: [UInt8] = []
  var error = tenon_error()
  error.struct_size = UInt32(MemoryLayout<tenon_error>.size)
  let code = withSink(&bytes) { body($0, &error) }
  guard code == TENON_OK else { throw PluginError(code, from: error) }
  return bytes
}

/// Whether two byte strings are equal, in time that depends on their lengths alone.
public func equalInConstantTime(_ a: [UInt8], _ b: [UInt8]) -> Bool {
  var difference: UInt8 = a.count == b.count ? 0 : 1
  for index in 0..<min(a.count, b.count) { difference |= a[index] ^ b[index] }
  return difference == 0
}
