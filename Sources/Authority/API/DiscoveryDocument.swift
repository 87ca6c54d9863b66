import Documents

/// The JSON that clients read before they know anything else.
struct DiscoveryDocument {
  let clusterName: String
  let publicAddress: String
  let listenAddress: String
  let suite: String

  /// The body for a path, nil for an unknown one.
  func body(_ path: String) -> [UInt8]? {
    switch path {
    case "/webapi/find", "/v1/webapi/find", "/webapi/ping", "/v1/webapi/ping":
      JSON.serialize(node)
    default: nil
    }
  }

  private var node: Node {
    .object([
      (
        "auth",
        .object([
          ("type", .text("local")), ("second_factor", .text("off")),
          ("private_key_policy", .text("none")), ("signature_algorithm_suite", .text(suite)),
        ])
      ),
      (
        "proxy",
        .object([
          ("kube", .object([("enabled", .flag(false))])),
          (
            "ssh",
            .object([
              ("listen_addr", .text(listenAddress)), ("public_addr", .text(publicAddress)),
              ("web_listen_addr", .text(listenAddress)),
              ("tunnel_listen_addr", .text(listenAddress)),
            ])
          ),
          ("db", .object([])), ("tls_routing_enabled", .flag(true)),
        ])
      ),
      ("server_version", .text(Version.wire)), ("min_client_version", .text(Version.oldestClient)),
      ("cluster_name", .text(clusterName)), ("edition", .text("oss")),
    ])
  }
}
