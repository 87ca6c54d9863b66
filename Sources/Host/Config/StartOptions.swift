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
  /// `--join-uri`. Holds secrets: never shown.
  var joinURI: String?
  /// Flags that are not the agent's own: those of join methods, and misspelt ones, in their order.
  var methodFlags: [MethodFlag] = []
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

  /// A flag that a plugin may have declared. Its value may be a secret: never shown.
  struct MethodFlag: Sendable, Equatable {
    /// With its two dashes.
    var name: String
    /// Nil when no value followed.
    var value: String?
  }
}
