/// Everything the host lends one instance. Services that are nil are not offered.
public struct InstanceServices: Sendable {
  /// Resolved configuration: defaults, environment and files have been applied.
  public var config: [String: ConfigValue]
  public var storage: (any RecordStorage)?
  public var random: any RandomSource
  public var clock: any HostClock
  public var log: any PluginLog
  public var keys: any KeyProvider
  /// For verifiers only.
  public var cluster: ClusterView?
  /// For verifiers only: the authority set aside for the method.
  public var authority: (any MethodAuthority)?
  public var events: any InstanceEvents
  /// For commands of the authority's program only.
  public var tokens: (any TokenAccess)?

  public init(
    config: [String: ConfigValue] = [:], storage: (any RecordStorage)? = nil,
    random: any RandomSource = SystemRandom(), clock: any HostClock = SystemClock(),
    log: any PluginLog, keys: any KeyProvider = SoftwareKeys(), cluster: ClusterView? = nil,
    authority: (any MethodAuthority)? = nil, events: any InstanceEvents = NoEvents(),
    tokens: (any TokenAccess)? = nil
  ) {
    self.config = config
    self.storage = storage
    self.random = random
    self.clock = clock
    self.log = log
    self.keys = keys
    self.cluster = cluster
    self.authority = authority
    self.events = events
    self.tokens = tokens
  }
}

/// One resolved configuration value.
public enum ConfigValue: Sendable, Equatable {
  case text(String)
  case secret(String)
  case flag(Bool)
  case integer(Int64)
  case nanoseconds(Int64)
  case list([String])
}

/// Durable records of an instance.
public protocol RecordStorage: Sendable {
  /// The record, or nil when there is none or it is empty.
  func get(_ name: String) throws(RecordError) -> [UInt8]?
  /// Replaces records in order; returns after data and directory are durable.
  func putAll(_ changes: [RecordChange]) throws(RecordError)
}

/// One record to write, or to remove when `value` is nil.
public struct RecordChange: Sendable {
  public var name: String
  public var value: [UInt8]?

  public init(name: String, value: [UInt8]?) {
    self.name = name
    self.value = value
  }
}

/// A record could not be read or written. The text names the file and what to do.
public struct RecordError: Error, Sendable, CustomStringConvertible {
  public var message: String
  public var hint: String

  public init(message: String, hint: String = "") {
    self.message = message
    self.hint = hint
  }

  public var description: String { message + (hint.isEmpty ? "" : "; \(hint)") }
}

/// Where randomness comes from.
public protocol RandomSource: Sendable {
  func bytes(_ count: Int) -> [UInt8]
}

/// The system's random number generator.
public struct SystemRandom: RandomSource {
  public init() {}

  public func bytes(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
  }
}

/// The clocks plugins read.
public protocol HostClock: Sendable {
  /// Nanoseconds since 1970-01-01T00:00:00Z.
  var wallNanoseconds: Int64 { get }
  /// Nanoseconds of a clock that never goes back.
  var monotonicNanoseconds: UInt64 { get }
}

/// What a verifier may know of its cluster.
public struct ClusterView: Sendable {
  public var name: String
  /// `legacy`, `balanced-v1`, `fips-v1` or `hsm-v1`.
  public var suite: String

  public init(name: String, suite: String) {
    self.name = name
    self.suite = suite
  }
}

/// The certificate authority set aside for one join method.
public protocol MethodAuthority: Sendable {
  /// Key id and JOSE scheme of the active signing key.
  var signer: (keyID: String, scheme: String) { get }
  /// Signs with the active key.
  func sign(_ message: [UInt8]) throws(KeyFailure) -> [UInt8]
  /// Checks against the trusted key with that id; nil when no trusted key has it.
  func verify(keyID: String, scheme: String, message: [UInt8], signature: [UInt8]) -> Bool?
}

/// What an instance tells the host on its own, on any thread and however often.
public protocol InstanceEvents: Sendable {
  /// - Parameters:
  ///   - isHealthy: nil while it is not ready yet.
  ///   - reason: at most 256 bytes without control characters and secrets of the configuration.
  func health(isHealthy: Bool?, reason: String)
  func requestRenewal()
}

/// Ignores events, for instances nobody watches: commands, self-tests and verifiers.
public struct NoEvents: InstanceEvents {
  public init() {}
  public func health(isHealthy: Bool?, reason: String) {}
  public func requestRenewal() {}
}

/// Where log lines of plugins go. Text arrives bounded and free of control characters.
public protocol PluginLog: Sendable {
  func isEnabled(_ level: PluginLogLevel) -> Bool
  func write(_ level: PluginLogLevel, _ message: String, _ fields: [(key: String, value: String)])
}

public enum PluginLogLevel: UInt32, Sendable {
  case debug, info, warning, error
}
