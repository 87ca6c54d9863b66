import PluginHost

/// Says nothing: plugins log as they would under a quiet agent.
struct SilentLog: PluginLog {
  func isEnabled(_ level: PluginLogLevel) -> Bool { false }
  func write(
    _ level: PluginLogLevel, _ message: String, _ fields: [(key: String, value: String)]
  ) {}
}
