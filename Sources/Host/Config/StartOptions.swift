/// What the flags of `start` say. Each one that is given wins over its key in the file; the other keys
/// of the same section stay.
struct StartOptions: Sendable, Equatable {
  /// `--auth-server`
  var authServer: String?
  /// `--proxy-server`
  var proxyServer: String?
  /// `--token`
  var token: String?
  /// `--ca-pin`, repeated; any replaces the pins of the file.
  var caPins: [String] = []
  /// `--certificate-ttl`, as typed
  var certificateTTL: String?
  /// `--renewal-interval`, as typed
  var renewalInterval: String?
  /// `--join-method`
  var joinMethod: String?
  /// `--oneshot`
  var oneshot: Bool?
  /// `--debug`
  var debug: Bool?
  /// `--insecure`
  var insecure: Bool?
  /// `--fips`
  var fips: Bool?
  /// `--data-dir`: a path
  var dataDirectory: String?
  /// `--storage`: a path or a destination URI
  var storage: String?
  /// `--destination-dir`: replaces all services by one that writes there
  var destinationDirectory: String?
  /// `--diag-addr`
  var diagnosticsAddress: String?
  /// `--plugin-dir`
  var pluginDirectory: String?
}
