public import PluginABI

/// What `create` of a capability gives out when there is nothing to keep but the host.
public final class Instance {
  public let host: Host

  public init(host: Host) { self.host = host }

  /// The `create` of such a capability.
  public static func create(
    _ host: UnsafePointer<tenon_host>?, _ out: UnsafeMutablePointer<OpaquePointer?>?,
    _ error: UnsafeMutablePointer<tenon_error>?
  ) -> Int32 {
    guard let host, let out else { return brokenContract("create", error) }
    out.pointee = OpaquePointer(retaining: Instance(host: Host(host)))
    return TENON_OK
  }

  /// Its `destroy`.
  public static func destroy(_ handle: OpaquePointer?) { _ = handle?.take(Instance.self) }
}
