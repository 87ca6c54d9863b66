import CLinux
import PluginABI
import Synchronization

/// What the C functions of the host services find behind their `ctx`.
final class ServiceContext: Sendable {
  let services: InstanceServices
  let pluginID: String
  let records: Set<String>
  private let secrets: [String]
  /// Live keys by handle. Handles are counters, never addresses: a made-up one is an error.
  private let keys = Mutex<(next: UInt, live: [UInt: any HostKey])>((1, [:]))

  init(services: InstanceServices, manifest: PluginManifest) {
    self.services = services
    pluginID = manifest.id
    records = Set(manifest.records)
    secrets = services.config.values.compactMap {
      if case .secret(let text) = $0, text.utf8.count >= 4 { text } else { nil }
    }
  }

  static func from(_ context: UnsafeMutableRawPointer?) -> ServiceContext? {
    context.map { Unmanaged<ServiceContext>.fromOpaque($0).takeUnretainedValue() }
  }

  func keep(_ key: any HostKey) -> OpaquePointer? {
    keys.withLock { keys in
      let handle = keys.next
      keys.next += 1
      keys.live[handle] = key
      return OpaquePointer(bitPattern: handle)
    }
  }

  func key(_ handle: OpaquePointer?) -> (any HostKey)? {
    keys.withLock { $0.live[UInt(bitPattern: handle)] }
  }

  func forget(_ handle: OpaquePointer?) {
    keys.withLock { _ = $0.live.removeValue(forKey: UInt(bitPattern: handle)) }
  }

  /// What a call says while it lasts (`tenon/host/task.h`): a line of the log.
  @Sendable func progress(_ text: String) {
    services.log.write(.info, clean(text, limit: 256), [])
  }

  /// Text fit for a log: no secret of the configuration, no control characters, at most `limit` bytes.
  func clean(_ text: String, limit: Int) -> String {
    var text = text
    for secret in secrets where text.contains(secret) {
      text = text.split(separator: secret, omittingEmptySubsequences: false)
        .joined(separator: "[redacted]")
    }
    var result = ""
    var count = 0
    for scalar in text.unicodeScalars {
      count += UTF8.width(scalar)
      guard count <= limit else { break }
      result.unicodeScalars.append(scalar.value < 32 || scalar.value == 127 ? " " : scalar)
    }
    return result
  }
}
