/// What an agent says about itself from time to time. All of it is self-reported.
public struct Heartbeat: Sendable, Equatable {
  /// Seconds since 1970 UTC; an authority overwrites it.
  public var recordedAtUnixSeconds: Int64
  /// True for the first heartbeat of a process.
  public var isStartup: Bool
  /// Version of the agent.
  public var version: String
  /// Name of the machine.
  public var hostname: String
  /// Seconds since the process began.
  public var uptimeSeconds: Int64
  /// Configured join method.
  public var joinMethod: String
  /// Whether the agent ends after one round.
  public var oneShot: Bool
  /// `amd64`, `arm64`, …
  public var architecture: String
  /// `linux`, …
  public var operatingSystem: String
  /// State of each service, if the agent reports it.
  public var services: [ServiceHealth]

  /// State of one service of an agent.
  public struct ServiceHealth: Sendable, Equatable {
    /// Type of the service, as in the configuration.
    public var type: String
    /// Name of the service, at most 64 bytes; longer ones are cut when sent.
    public var name: String
    /// Its state.
    public var status: Status
    /// Why it is unhealthy, at most 256 bytes; longer ones are cut when sent.
    public var reason: String?
    /// Seconds since 1970 UTC.
    public var updatedAtUnixSeconds: Int64

    /// States of a service.
    public enum Status: Int, Sendable, CaseIterable {
      case unspecified = 0
      case initializing = 1
      case healthy = 2
      case unhealthy = 3
    }

    /// Creates a report.
    public init(
      type: String, name: String, status: Status, reason: String? = nil,
      updatedAtUnixSeconds: Int64
    ) {
      self.type = type
      self.name = name
      self.status = status
      self.reason = reason
      self.updatedAtUnixSeconds = updatedAtUnixSeconds
    }
  }

  /// Creates a heartbeat.
  public init(
    recordedAtUnixSeconds: Int64, isStartup: Bool, version: String, hostname: String,
    uptimeSeconds: Int64, joinMethod: String, oneShot: Bool, architecture: String,
    operatingSystem: String, services: [ServiceHealth] = []
  ) {
    self.recordedAtUnixSeconds = recordedAtUnixSeconds
    self.isStartup = isStartup
    self.version = version
    self.hostname = hostname
    self.uptimeSeconds = uptimeSeconds
    self.joinMethod = joinMethod
    self.oneShot = oneShot
    self.architecture = architecture
    self.operatingSystem = operatingSystem
    self.services = services
  }
}
