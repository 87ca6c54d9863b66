import Synchronization

extension InstanceServices {
  /// Services for an instance that is started to see whether it starts: the defaults of the manifest,
  /// records in memory, no log.
  init(probing manifest: PluginManifest) {
    self.init(config: manifest.defaults, storage: ProbeRecords(), log: SilentLog())
  }
}

extension PluginManifest {
  /// The configuration of an instance for which nobody has written one: the defaults.
  public var defaults: [String: ConfigValue] {
    var config: [String: ConfigValue] = [:]
    for key in (joinMethod?.config ?? []) + (output?.config ?? []) {
      config[key.key] = key.defaultValue.flatMap { ConfigValue($0, as: key.kind) }
    }
    return config
  }
}

extension ConfigValue {
  /// The value a default of the manifest stands for; nil when it is none of that kind.
  init?(_ text: String, as kind: ConfigKey.Kind) {
    switch kind {
    case .string, .path, .choice: self = .text(text)
    case .bool:
      guard let flag = Bool(text) else { return nil }
      self = .flag(flag)
    case .int:
      guard let number = Int64(text) else { return nil }
      self = .integer(number)
    case .duration:
      guard let nanoseconds = GoDuration.nanoseconds(text) else { return nil }
      self = .nanoseconds(nanoseconds)
    case .list: self = .list(text.split(separator: ",").map(String.init))
    }
  }
}

private struct SilentLog: PluginLog {
  func isEnabled(_ level: PluginLogLevel) -> Bool { false }
  func write(_ level: PluginLogLevel, _ message: String, _ fields: [(key: String, value: String)]) {
  }
}

/// Records that end with the process.
private final class ProbeRecords: RecordStorage {
  private let records = Mutex<[String: [UInt8]]>([:])

  func get(_ name: String) throws(RecordError) -> [UInt8]? { records.withLock { $0[name] } }

  func putAll(_ changes: [RecordChange]) throws(RecordError) {
    records.withLock { records in
      for change in changes { records[change.name] = change.value }
    }
  }
}
