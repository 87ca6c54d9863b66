public import PluginABI

/// One call of a plugin's command (`tenon/cap/commands.h`). Valid until the command returns.
public struct CommandCall {
  private let raw: UnsafePointer<tenon_call>

  public init(_ raw: UnsafePointer<tenon_call>) { self.raw = raw }

  /// The services. Storage is there when the user named one with `--storage`.
  public var host: Host {
    get throws(PluginError) {
      guard let host = raw.pointee.host else {
        throw PluginError(
          TENON_INVALID_ARGUMENT, "the host called a command without its services",
          hint: "report this as a defect of the host")
      }
      return Host(host)
    }
  }

  /// Standard output.
  public var out: tenon_sink { raw.pointee.out }
  /// Standard error.
  public var err: tenon_sink { raw.pointee.err }

  /// What the cluster behind `host:port` says of itself: the JSON of `/webapi/find`.
  public func find(_ address: String) throws(PluginError) -> [UInt8] {
    try collect { sink, error in
      lend([UInt8](address.utf8)) { raw.pointee.find(raw, $0, sink, error) }
    }
  }

  /// Writes a file the user named in a PATH parameter: as a whole, mode 0600.
  ///
  /// - Throws: also for one that exists, unless it is to be replaced.
  public func write(
    _ path: String, _ content: [UInt8], replaces: Bool
  ) throws(PluginError) {
    guard raw.pointee.struct_size >= UInt32(MemoryLayout<tenon_call>.size) else {
      throw PluginError(
        TENON_UNSUPPORTED, "this host lets commands write no files",
        hint: "install the plugin and the host of the same release")
    }
    _ = try collect { _, error in
      lend([UInt8](path.utf8)) { path in
        lend(content) { raw.pointee.write_file(raw, path, $0, replaces ? 1 : 0, error) }
      }
    }
  }

  /// Writes a failure where the host looks for it.
  ///
  /// - Returns: the exit code.
  public func fail(_ failure: PluginError) -> Int32 {
    failure.report(to: raw.pointee.error)
    return 1
  }
}
