import Documents

/// Which credentials the output asks for; docs/abi/output-documents.md describes the document.
public enum IdentityPlan {
  /// The plan as JSON. Depends on the configuration alone.
  public static func document(_ config: IdentityConfig) -> [UInt8] {
    var main: [(String, Node)] = [
      ("id", .text("main")), ("kind", .text("user-certificate")), ("key", .text("impersonated")),
      ("reissuable", .flag(config.allowsReissue)),
    ]
    if let cluster = config.cluster { main.append(("cluster", .text(cluster))) }
    var requests: [Node] = [
      .object(main), bundle("host", type: "host"), bundle("user", type: "user"),
      bundle("database", type: "db"),
      .object([("id", .text("proxy")), ("kind", .text("discovery"))]),
    ]
    if config.writesSSHConfig {
      requests.append(.object([("id", .text("clusters")), ("kind", .text("clusters"))]))
    }
    return JSON.serialize(.object([("requests", .array(requests))]))
  }

  private static func bundle(_ id: String, type: String) -> Node {
    .object([("id", .text(id)), ("kind", .text("ca-bundle")), ("type", .text(type))])
  }
}
