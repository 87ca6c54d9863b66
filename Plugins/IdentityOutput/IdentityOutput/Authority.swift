/// What one cluster trusts for one purpose.
struct Authority {
  let cluster: String
  /// Certificates in PEM, each with one newline at its end.
  let certificates: [String]
  let keys: [SSHLine]
}
