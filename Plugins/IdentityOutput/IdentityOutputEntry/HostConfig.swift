import Documents
import IdentityOutput
import PluginABI

/// The configuration service of the host, read once at create.
struct HostConfig {
  private let table: UnsafePointer<tenon_host_config>

  init(_ host: UnsafePointer<tenon_host>) throws(OutputFailure) {
    var id = [UInt8](TENON_HOST_CONFIG_ID.utf8)
    var size = 0
    let found = id.withUnsafeMutableBufferPointer {
      host.pointee.get_service?(host, tenon_bytes(ptr: $0.baseAddress, len: $0.count), &size)
    }
    guard let found, size >= MemoryLayout<tenon_host_config>.size else {
      throw OutputFailure(
        .configuration, "this host offers no configuration to outputs",
        hint: "install the plugin and the agent of the same release")
    }
    table = found.assumingMemoryBound(to: tenon_host_config.self)
  }

  /// The value as text; nil when the key is unset and has no default.
  func text(_ key: String) throws(OutputFailure) -> String? {
    let name = [UInt8](key.utf8)
    var value: [UInt8] = []
    let code = withUnsafeMutablePointer(to: &value) { value in
      let sink = tenon_sink(ctx: value) { context, bytes, count in
        guard let context else { return TENON_INVALID_ARGUMENT }
        context.assumingMemoryBound(to: [UInt8].self).pointee
          .append(contentsOf: UnsafeBufferPointer(start: bytes, count: count))
        return TENON_OK
      }
      return name.withUnsafeBufferPointer {
        table.pointee.get(
          table.pointee.ctx, tenon_bytes(ptr: $0.baseAddress, len: $0.count), sink)
      }
    }
    if code == TENON_NOT_FOUND { return nil }
    guard code == TENON_OK else {
      throw OutputFailure(
        .configuration, concat("the host did not give the value of ", key),
        hint: "install the plugin and the agent of the same release")
    }
    return String(decoding: value, as: UTF8.self)
  }
}
