/// Where the authority keeps everything it must not forget: small records with revisions.
protocol Backend: Sendable {
  /// The record, or nil when there is none or it has expired.
  func get(_ key: String) async throws(BackendError) -> Record?
  /// Records whose key begins with `prefix`, by key, without expired ones.
  func list(_ prefix: String) async throws(BackendError) -> [Record]
  /// Checks every assertion and then makes every change, or makes none. Returns when durable.
  ///
  /// - Throws: ``BackendError/conflict(_:)`` with the key, or prefix, of the first assertion that did not hold.
  func commit(_ transaction: Transaction) async throws(BackendError)
  /// Frees the space of expired records. Reads never show them, so this is housekeeping alone.
  func removeExpired() async throws(BackendError)
}
