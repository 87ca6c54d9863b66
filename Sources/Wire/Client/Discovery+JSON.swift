internal import Documents

extension Discovery {
  /// Reads a discovery document. Missing and oddly typed keys are empty; only a document that is no JSON object is refused.
  ///
  /// - Throws: `badParameter` that names `address` and the place of the first syntax error.
  init(json: [UInt8], from address: ServerAddress) throws(RPCError) {
    let document: Node
    do {
      document = try JSON.parse(json)
    } catch {
      throw RPCError(
        .badParameter,
        """
        the discovery document of \(address) is not JSON (line \(error.position.line), \
        column \(error.position.column): \(error.message)); check that it is a cluster's public address
        """)
    }
    guard document.members != nil else {
      throw RPCError(.badParameter, "the discovery document of \(address) is not a JSON object")
    }
    let ssh = document["proxy"]?["ssh"]
    let suite = document["auth"]?["signature_algorithm_suite"]
    clusterName = document["cluster_name"]?.string ?? ""
    serverVersion = document["server_version"]?.string ?? ""
    signatureSuite = suite?.string ?? SuiteName.text(number: Int(suite?.int64 ?? 0))
    tlsRoutingEnabled = document["proxy"]?["tls_routing_enabled"]?.bool ?? false
    publicAddress = ssh?["public_addr"]?.string ?? ""
    webListenAddress = ssh?["web_listen_addr"]?.string ?? ""
    sshPublicAddress = ssh?["ssh_public_addr"]?.string ?? ""
    sshListenAddress = ssh?["listen_addr"]?.string ?? ""
    tunnelPublicAddress = ssh?["ssh_tunnel_public_addr"]?.string ?? ""
    tunnelListenAddress = ssh?["tunnel_listen_addr"]?.string ?? ""
    self.json = json
  }
}
