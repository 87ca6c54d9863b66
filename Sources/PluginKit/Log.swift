import PluginABI

/// The operator's log (`tenon/host/log.h`).
public struct Log {
  private let table: UnsafePointer<tenon_host_log>

  init(_ table: UnsafePointer<tenon_host_log>) { self.table = table }

  public func info(_ message: String) { write(TENON_LOG_INFO, message) }
  public func warning(_ message: String) { write(TENON_LOG_WARNING, message) }

  private func write(_ level: UInt32, _ message: String) {
    lend([UInt8](message.utf8)) {
      table.pointee.log(table.pointee.ctx, level, $0, nil, 0)
    }
  }
}
