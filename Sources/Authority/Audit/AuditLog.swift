import Documents

/// What happened, for people who look later: one JSON object per line, no secrets.
protocol AuditLog: Sendable {
  /// Appends one event. The time is added in front.
  func write(_ event: String, _ fields: [(String, Node)])
}
