public import PluginABI

/// The host's services for one instance. Valid from `create` to `destroy`; may be used on any thread.
public struct Host {
  private let raw: UnsafePointer<tenon_host>

  public init(_ raw: UnsafePointer<tenon_host>) { self.raw = raw }

  public var storage: Storage {
    get throws(PluginError) {
      Storage(try service(TENON_HOST_STORAGE_ID, MemoryLayout<tenon_host_storage>.size))
    }
  }
  public var keys: Keys {
    get throws(PluginError) {
      Keys(try service(TENON_HOST_KEY_ID, MemoryLayout<tenon_host_key>.size))
    }
  }
  public var authority: MethodAuthority {
    get throws(PluginError) {
      MethodAuthority(try service(TENON_HOST_CA_ID, MemoryLayout<tenon_host_ca>.size))
    }
  }
  /// For commands of the authority's program only.
  public var tokens: Tokens {
    get throws(PluginError) {
      Tokens(try service(TENON_HOST_TOKENS_ID, MemoryLayout<tenon_host_tokens>.size))
    }
  }
  public var log: Log {
    get throws(PluginError) {
      Log(try service(TENON_HOST_LOG_ID, MemoryLayout<tenon_host_log>.size))
    }
  }

  /// A configuration value as text, nil when it is unset and has no default.
  public func config(_ key: String) throws(PluginError) -> String? {
    let table: UnsafePointer<tenon_host_config> = try service(
      TENON_HOST_CONFIG_ID, MemoryLayout<tenon_host_config>.size)
    do {
      let bytes = try collect { sink, _ in
        lend([UInt8](key.utf8)) { table.pointee.get(table.pointee.ctx, $0, sink) }
      }
      return String(decoding: bytes, as: UTF8.self)
    } catch let failure {
      if failure.code == TENON_NOT_FOUND { return nil }
      throw failure
    }
  }

  /// The wall clock in whole seconds since 1970-01-01T00:00:00Z.
  public func unixSeconds() throws(PluginError) -> Int64 {
    let table: UnsafePointer<tenon_host_clock> = try service(
      TENON_HOST_CLOCK_ID, MemoryLayout<tenon_host_clock>.size)
    return table.pointee.wall_ns(table.pointee.ctx) / 1_000_000_000
  }

  /// Random bytes fit for keys.
  public func random(_ count: Int) throws(PluginError) -> [UInt8] {
    let table: UnsafePointer<tenon_host_random> = try service(
      TENON_HOST_RANDOM_ID, MemoryLayout<tenon_host_random>.size)
    var bytes = [UInt8](repeating: 0, count: count)
    let code = bytes.withUnsafeMutableBufferPointer {
      table.pointee.fill(table.pointee.ctx, $0.baseAddress, count)
    }
    guard code == TENON_OK else { throw PluginError(code, "the host has no randomness") }
    return bytes
  }

  /// Zeroes bytes that held a secret.
  public func wipe(_ bytes: inout [UInt8]) {
    guard
      let table: UnsafePointer<tenon_host_secret> = try? service(
        TENON_HOST_SECRET_ID, MemoryLayout<tenon_host_secret>.size)
    else { return }
    bytes.withUnsafeMutableBufferPointer {
      table.pointee.zero(table.pointee.ctx, $0.baseAddress, $0.count)
    }
  }

  /// The cluster's name, for verifiers.
  public func clusterName() throws(PluginError) -> String {
    let table: UnsafePointer<tenon_host_cluster> = try service(
      TENON_HOST_CLUSTER_ID, MemoryLayout<tenon_host_cluster>.size)
    return String(
      decoding: try collect { sink, _ in table.pointee.name(table.pointee.ctx, sink) },
      as: UTF8.self)
  }

  /// The cluster's signature algorithm suite, for verifiers.
  public func clusterSuite() throws(PluginError) -> String {
    let table: UnsafePointer<tenon_host_cluster> = try service(
      TENON_HOST_CLUSTER_ID, MemoryLayout<tenon_host_cluster>.size)
    return String(
      decoding: try collect { sink, _ in table.pointee.suite(table.pointee.ctx, sink) },
      as: UTF8.self)
  }

  private func service<Table>(
    _ id: String, _ minimum: Int
  ) throws(PluginError) -> UnsafePointer<Table> {
    var size = 0
    let found = lend([UInt8](id.utf8)) { raw.pointee.get_service?(raw, $0, &size) }
    guard let found, size >= minimum else {
      throw PluginError(
        TENON_UNSUPPORTED, "this host does not offer " + id,
        hint: "install the plugin and the host of the same release")
    }
    return found.assumingMemoryBound(to: Table.self)
  }
}
