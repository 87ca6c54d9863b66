/// One stored record.
struct Record: Sendable, Equatable {
  var key: String
  var value: [UInt8]
  /// Changes with every write of the record.
  var revision: UInt64
  /// Seconds since the epoch after which the record counts as absent.
  var expires: Int64?
}
