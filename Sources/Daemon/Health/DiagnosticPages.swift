import Documents
import Synchronization
public import Wire

/// What a process answers about itself over HTTP: `/livez`, `/readyz`, `/wait` and `/metrics`.
public final class DiagnosticPages: Sendable {
  /// Requests that may wait at once; more are turned away with 503.
  private static let maxWaiting = 32

  private let health: HealthBoard
  private let metrics: Metrics
  private let measure: @Sendable () async -> Void
  private let waiting = Mutex(0)

  /// - Parameter measure: brings gauges, and health that nobody reports, up to date before they are shown.
  public init(
    health: HealthBoard, metrics: Metrics, measure: @escaping @Sendable () async -> Void
  ) {
    self.health = health
    self.metrics = metrics
    self.measure = measure
  }

  /// The answer to a path without its query.
  public func answer(_ path: String) -> PageAnswer? {
    switch path {
    case "/livez": return .page(.text("OK"))
    case "/readyz":
      return .later { [self] in
        await measure()
        return whole
      }
    case "/wait": return wait(for: nil)
    case "/metrics":
      return .later { [self] in
        await measure()
        return Page(contentType: Metrics.contentType, body: metrics.text())
      }
    default: break
    }
    if let service = Self.service(in: path, after: "/readyz/") {
      return .later { [self] in
        await measure()
        return page(of: service)
      }
    }
    if let service = Self.service(in: path, after: "/wait/") {
      return health.one(service) == nil ? .page(page(of: service)) : wait(for: service)
    }
    return .page(.text("there is nothing at this path\n", status: 404))
  }

  private static func service(in path: String, after start: String) -> String? {
    path.hasPrefix(start) ? String(path.dropFirst(start.count)) : nil
  }

  private var whole: Page {
    let (isHealthy, json) = health.document()
    return .json(json, status: isHealthy ? 200 : 503)
  }

  private func page(of service: String) -> Page {
    guard let (isHealthy, json) = health.document(of: service) else {
      let known = health.names.joined(separator: ", ")
      return Self.error("there is no service \(service.excerpt); there are: \(known)", status: 404)
    }
    return .json(json, status: isHealthy ? 200 : 503)
  }

  /// Holds the request until the service, or every one, has reported.
  private func wait(for service: String?) -> PageAnswer {
    .later { [self] in
      let isAdmitted = waiting.withLock { waiting in
        guard waiting < Self.maxWaiting else { return false }
        waiting += 1
        return true
      }
      guard isAdmitted else {
        return Self.error("too many requests wait already; try again later", status: 503)
      }
      await health.reported(service)
      waiting.withLock { $0 -= 1 }
      return service.map { page(of: $0) } ?? whole
    }
  }

  private static func error(_ text: String, status: Int) -> Page {
    .json(
      JSON.serialize(.object([("error", .text(text))]), pretty: true) + [UInt8(ascii: "\n")],
      status: status)
  }
}
