/// Seconds since 1970-01-01T00:00:00Z without leap seconds. Certificates know no finer time.
public typealias UnixSeconds = Int64
