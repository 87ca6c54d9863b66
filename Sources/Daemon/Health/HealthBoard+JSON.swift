import Documents

extension HealthBoard {
  /// `{"status", "services": {name: {"status", "reason", "updated_at"}}}`, indented, and whether all is well.
  public func document() -> (isHealthy: Bool, json: [UInt8]) {
    let (isHealthy, services) = all()
    let status: ServiceHealth.Status = isHealthy ? .healthy : .unhealthy
    let document = Node.object([
      ("status", .text(status.rawValue)),
      ("services", .object(services.map { ($0.name, $0.health.node) })),
    ])
    return (isHealthy, JSON.serialize(document, pretty: true) + [UInt8(ascii: "\n")])
  }

  /// The same for one service; nil when there is none of that name.
  public func document(of service: String) -> (isHealthy: Bool, json: [UInt8])? {
    guard let health = one(service) else { return nil }
    return (
      health.status == .healthy, JSON.serialize(health.node, pretty: true) + [UInt8(ascii: "\n")]
    )
  }
}
