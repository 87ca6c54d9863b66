extension Flags.Specification {
  /// Flags before the command, and among those of `start`.
  static let global: [Flags.Specification] = [
    Flags.Specification(
      name: "--config", short: "-c", placeholder: "FILE", help: "configuration file",
      environment: "TBOT_CONFIG_PATH"),
    Flags.Specification(
      name: "--config-string", placeholder: "BASE64", help: "whole configuration, base64",
      environment: "TBOT_CONFIG"),
    Flags.Specification(name: "--debug", short: "-d", kind: .toggle, help: "log more"),
    Flags.Specification(
      name: "--fips", kind: .toggle, help: "refuse to run: this is no FIPS build"),
    Flags.Specification(
      name: "--insecure", kind: .toggle, help: "believe any server; for experiments only"),
    Flags.Specification(
      name: "--log-format", placeholder: "text|json", help: "format of log lines (default text)"),
    Flags.Specification(
      name: "--plugin-dir", placeholder: "DIR", help: "folder of plugins"),
    Flags.Specification(name: "--help", short: "-h", kind: .toggle, help: "show this text"),
  ]

  /// Flags of `wait`.
  static let wait: [Flags.Specification] = [
    Flags.Specification(
      name: "--diag-addr", placeholder: "HOST:PORT", help: "the `diag_addr` of the running agent"),
    Flags.Specification(
      name: "--service", placeholder: "NAME", help: "wait for this service only"),
    Flags.Specification(
      name: "--timeout", placeholder: "DURATION", help: "give up after this (default: never)"),
  ]

  /// Flags of `start`.
  static let start: [Flags.Specification] = [
    Flags.Specification(
      name: "--auth-server", short: "-a", placeholder: "HOST:PORT",
      help: "authority to reach directly", environment: "TELEPORT_AUTH_SERVER"),
    Flags.Specification(
      name: "--proxy-server", placeholder: "HOST:PORT",
      help: "proxy to reach the authority through",
      environment: "TELEPORT_PROXY"),
    Flags.Specification(
      name: "--token", placeholder: "TOKEN", help: "join token, or the path of a file with it",
      environment: "TELEPORT_BOT_TOKEN"),
    Flags.Specification(
      name: "--join-method", placeholder: "METHOD", help: "join method, by the name of its plugin"),
    Flags.Specification(
      name: "--join-uri", placeholder: "URI",
      help: "address, join method and token in one: tbot+proxy+METHOD://TOKEN@HOST:PORT"),
    Flags.Specification(
      name: "--ca-pin", kind: .list, placeholder: "PIN",
      help: "pin of an authority behind --auth-server; repeatable"),
    Flags.Specification(
      name: "--certificate-ttl", placeholder: "DURATION", help: "life of certificates (default 1h)"),
    Flags.Specification(
      name: "--renewal-interval", placeholder: "DURATION",
      help: "time between renewals (default 20m)"),
    Flags.Specification(
      name: "--storage", placeholder: "PATH|URI", help: "where the agent keeps its own identity"),
    Flags.Specification(
      name: "--data-dir", placeholder: "DIR", help: "the same, as a folder"),
    Flags.Specification(
      name: "--destination-dir", placeholder: "DIR",
      help: "write one output there instead of those of the file"),
    Flags.Specification(
      name: "--diag-addr", placeholder: "HOST:PORT",
      help: "answer /livez, /readyz, /wait and /metrics there"),
    Flags.Specification(name: "--oneshot", kind: .toggle, help: "run everything once, then end"),
    Flags.Specification(
      name: "--pid-file", placeholder: "FILE",
      help: "write the process number there while the agent runs"),
  ]

  /// Flags of `install systemd`.
  static let installSystemd: [Flags.Specification] = [
    Flags.Specification(
      name: "--config", short: "-c", placeholder: "FILE", help: "configuration file; required",
      environment: "TBOT_CONFIG_PATH"),
    Flags.Specification(
      name: "--name", placeholder: "NAME", help: "name of the unit (default tbot)"),
    Flags.Specification(
      name: "--user", placeholder: "USER", help: "user who runs the agent (default teleport)"),
    Flags.Specification(
      name: "--group", placeholder: "GROUP", help: "and the group (default teleport)"),
    Flags.Specification(
      name: "--write", kind: .toggle, help: "write the unit instead of printing it"),
    Flags.Specification(
      name: "--force", kind: .toggle, help: "replace another unit of that name"),
    Flags.Specification(
      name: "--hardened", kind: .toggle,
      help: "take from the agent what its configuration does not need"),
    Flags.Specification(
      name: "--anonymous-telemetry", kind: .toggle,
      help: "report starts to TELEPORT_ANONYMOUS_TELEMETRY_ADDRESS, if one is set"),
    Flags.Specification(
      name: "--pid-file", placeholder: "FILE",
      help: "file for the process number (default /run/NAME.pid)"),
    Flags.Specification(
      name: "--systemd-directory", placeholder: "DIR",
      help: "folder of the unit (default /etc/systemd/system)"),
    Flags.Specification(
      name: "--plugin-dir", placeholder: "DIR", help: "folder of plugins, also for the unit"),
    Flags.Specification(
      name: "--log-format", placeholder: "text|json", help: "format of log lines (default text)"),
    Flags.Specification(name: "--help", short: "-h", kind: .toggle, help: "show this text"),
  ]
}
