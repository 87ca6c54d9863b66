import Documents
import PluginHost

/// A machine that runs the agent half.
struct Machine {
  var storage = MemoryStorage()
  var config: [String: ConfigValue] = [:]
  var clock = TestClock()
  let log = LogBook()
  /// The bot instance of its certificate; empty: none, or an expired one.
  var certificate = ""
  /// The generation in it.
  var generation = 0

  init(secret: String? = nil) {
    if let secret { config["registration_secret"] = .secret(secret) }
  }

  var services: InstanceServices {
    InstanceServices(
      config: config, storage: storage, random: TestRandom(), clock: clock, log: log)
  }

  /// A copy of its disk on another machine.
  var clone: Machine {
    var copy = self
    copy.storage = MemoryStorage(storage.records)
    return copy
  }

  /// Entries of its key history, newest first.
  var history: [Node] {
    guard let record = storage.records["bkp_key_history.json"] else { return [] }
    return (try? JSON.parse(record))?["entries"]?.list ?? []
  }
}
