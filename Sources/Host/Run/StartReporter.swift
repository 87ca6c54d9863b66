import Daemon
import Documents
import FoundationEssentials
import PluginHost
import Wire

/// Tells a collector of the operator's choice that an agent started, and nobody else: off unless the environment
/// asks for it, and without an address of its own.
struct StartReporter: Sendable {
  let environment: @Sendable (String) -> String?
  let log: LineLog
  var clock: any HostClock = SystemClock()
  var makeID: @Sendable () -> String = { UUID().uuidString.lowercased() }
  /// Carries a report to a collector.
  var post:
    @Sendable (_ document: [UInt8], _ collector: HTTPSAddress) async throws(RPCError) -> Void =
      { document, collector async throws(RPCError) in
        try await postJSON(
          document, to: collector, path: StartReport.path, trust: .system, within: .seconds(10))
      }

  static let switchName = "TELEPORT_ANONYMOUS_TELEMETRY"
  static let addressName = "TELEPORT_ANONYMOUS_TELEMETRY_ADDRESS"

  /// Sends the report beside everything else. Whatever becomes of it is a line in the log.
  ///
  /// - Returns: the sending, which ends within ten seconds; nil when nothing is sent.
  func report(_ configuration: AgentConfiguration) -> Task<Void, Never>? {
    guard let collector else { return nil }
    let report = StartReport(
      distinctID: makeID(), timestamp: LineLog.timestamp(clock.wallNanoseconds),
      isOneshot: configuration.isOneshot, version: Version.product,
      joinMethod: configuration.onboarding?.joinMethod ?? "",
      helper: word("_TBOT_TELEMETRY_HELPER"), helperVersion: word("_TBOT_TELEMETRY_HELPER_VERSION"),
      destinations: Int64(configuration.services.count))
    return Task {
      do throws(RPCError) {
        try await post(report.json, collector)
        log.debug("this start was reported", [("collector", "\(collector)")])
      } catch {
        log.warning(
          "this start was not reported; nothing else suffers", [("error", error.message)])
      }
    }
  }

  /// Where reports go; nil when none are wanted or there is no such place.
  private var collector: HTTPSAddress? {
    guard isOn else { return nil }
    guard let address = environment(Self.addressName), !address.isEmpty else {
      log.info("anonymous telemetry is on, but nothing is sent: \(Self.addressName) is not set")
      return nil
    }
    do throws(RPCError) {
      return try HTTPSAddress(parsing: address)
    } catch {
      log.warning(
        "anonymous telemetry is on, but nothing is sent: \(Self.addressName) is wrong",
        [("error", error.message)])
      return nil
    }
  }

  private var isOn: Bool {
    switch environment(Self.switchName) ?? "" {
    case "1", "t", "T", "true", "TRUE", "True": return true
    case "", "0", "f", "F", "false", "FALSE", "False": return false
    case let other:
      log.warning(
        "\(Self.switchName) is \(other.excerpt), which is neither true nor false; nothing is sent")
      return false
    }
  }

  private func word(_ variable: String) -> String {
    String(String.UnicodeScalarView((environment(variable) ?? "").unicodeScalars.prefix(64)))
      .printable
  }
}
