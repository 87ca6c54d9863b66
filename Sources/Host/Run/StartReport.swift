import Documents

/// What anonymous telemetry says of one start of an agent: no name, no address, nothing of the cluster.
struct StartReport: Sendable, Equatable {
  /// Random, made for this start.
  var distinctID: String
  /// RFC 3339.
  var timestamp: String
  var isOneshot: Bool
  var version: String
  var joinMethod: String
  /// A program that runs the agent for somebody, such as a CI action; empty without one.
  var helper: String
  var helperVersion: String
  /// How many services the configuration has.
  var destinations: Int64

  /// Where a collector takes it, behind the collector's own path.
  static let path = "/prehog.v1alpha.TbotReportingService/SubmitTbotEvent"

  /// The request of that call, in the JSON form of protobuf. Services count as "other": of what kind they are
  /// is known to their plugins alone.
  var json: [UInt8] {
    JSON.serialize(
      .object([
        ("distinctId", .text(distinctID)), ("timestamp", .text(timestamp)),
        (
          "start",
          .object([
            ("runMode", .text(isOneshot ? "RUN_MODE_ONE_SHOT" : "RUN_MODE_DAEMON")),
            ("version", .text(version)), ("joinType", .text(joinMethod)),
            ("helper", .text(helper)), ("helperVersion", .text(helperVersion)),
            ("destinationsOther", .integer(destinations)),
          ])
        ),
      ]))
  }
}
