import Glibc
import PluginABI

/// A join method called without a host: no thread, no checks, no deadline.
struct DirectPlugin {
  private let table: tenon_cap_join_method
  private let method: OpaquePointer

  init(path: String) throws(BenchError) {
    guard let handle = dlopen(path, RTLD_NOW), let symbol = dlsym(handle, "tenon_module_open")
    else {
      throw BenchError("\(path) cannot be loaded")
    }
    var arguments = tenon_open_args(
      struct_size: UInt32(MemoryLayout<tenon_open_args>.size), abi_major: TENON_ABI_MAJOR,
      abi_minor: TENON_ABI_MINOR, flags: 0)
    let open = unsafeBitCast(symbol, to: tenon_module_open_function.self)
    guard let module = open(&arguments, nil) else { throw BenchError("\(path) does not open") }
    let id = Array(TENON_CAP_JOIN_METHOD_ID.utf8)
    var size = 0
    let raw = id.withUnsafeBufferPointer {
      module.pointee.get_capability?(tenon_bytes(ptr: $0.baseAddress, len: $0.count), &size)
    }
    guard let raw = raw ?? nil, size >= MemoryLayout<tenon_cap_join_method>.size else {
      throw BenchError("\(path) has no join method")
    }
    table = raw.load(as: tenon_cap_join_method.self)
    var method: OpaquePointer?
    guard table.create?(nil, &method, nil) == TENON_OK, let method else {
      throw BenchError("\(path) makes no instance")
    }
    self.method = method
  }

  /// `begin`, eight times `step`, `finish`.
  func session(message: [UInt8]) throws(BenchError) {
    var received: [UInt8] = []
    let isRight = withUnsafeMutablePointer(to: &received) { received in
      message.withUnsafeBufferPointer { message in
        let sink = tenon_sink(ctx: received) { context, bytes, count in
          context?.assumingMemoryBound(to: [UInt8].self).pointee
            .append(contentsOf: UnsafeBufferPointer(start: bytes, count: count))
          return TENON_OK
        }
        let bytes = tenon_bytes(ptr: message.baseAddress, len: message.count)
        var parameters = tenon_join_params()
        parameters.token_name = bytes
        var session: OpaquePointer?
        guard table.begin?(method, &parameters, nil, &session, sink, nil) == TENON_OK else {
          return false
        }
        var field: UInt32 = 0
        for _ in 0..<8 {
          received.pointee.removeAll(keepingCapacity: true)
          guard table.step?(session, 1, bytes, nil, &field, sink, nil) == TENON_OK else {
            return false
          }
        }
        return table.finish?(session, tenon_bytes(), nil, nil) == TENON_OK
      }
    }
    guard isRight, received == message else { throw BenchError("the plugin is no echo") }
  }
}
