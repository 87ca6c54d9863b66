import PluginABI

/// `tenon.host.config/1`.
enum HostConfigService {
  static func table(_ context: UnsafeMutableRawPointer) -> tenon_host_config {
    tenon_host_config(
      struct_size: UInt32(MemoryLayout<tenon_host_config>.size), flags: 0, ctx: context,
      get: { context, key, out in
        guard let context = ServiceContext.from(context) else { return TENON_INTERNAL }
        guard let value = context.services.config[String(key)] else { return TENON_NOT_FOUND }
        return out.put(value.plainText)
      })
  }
}

extension ConfigValue {
  /// The text form of `tenon/host/config.h`.
  var plainText: String {
    switch self {
    case .text(let text), .secret(let text): text
    case .flag(let value): value ? "true" : "false"
    case .integer(let value), .nanoseconds(let value): String(value)
    case .list(let items): JSONText.array(items)
    }
  }
}
