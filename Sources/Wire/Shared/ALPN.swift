/// Protocol names offered and understood during the TLS handshake.
public enum ALPN {
  /// Plain HTTP/2.
  public static let http2 = "h2"
  /// Plain HTTP/1.1.
  public static let http1 = "http/1.1"
  /// The endpoint for clients without a certificate; certificates are ignored there.
  public static let proxyGRPC = "teleport-proxy-grpc"
  /// Prefix of the names that route to one cluster's API.
  public static let authPrefix = "teleport-auth@"

  /// The name that routes to the API of one cluster.
  public static func auth(cluster: String) -> String { authPrefix + ClusterDomain.encoded(cluster) }
}
