import Documents

/// Everything the renderer needs, taken out of the credentials document and checked.
struct IdentityCredentials {
  /// How the agent carries SSH connections, when it does.
  struct ProxyCommand {
    let name: String
    let resume: Bool
  }

  let agentPath: String?
  let proxyCommand: ProxyCommand?
  /// The absolute path when the destination is a directory, without a slash at its end.
  let directory: String?
  let certificate: UserCertificate
  let host: [Authority]
  let user: [Authority]
  let database: [Authority]
  /// The agent's own cluster first; nil when the plan did not ask.
  let clusters: [Authority]?
  let proxy: ProxyAddress?
  let tlsRouting: Bool
  let connectionUpgrade: Bool

  init(_ bytes: [UInt8], config: IdentityConfig) throws(OutputFailure) {
    let fields = try CredentialsFields(bytes)
    let agent = fields.root["agent"]
    agentPath = agent?["path"]?.string
    if let command = agent?["ssh_proxy_command"], !command.isNull {
      proxyCommand = ProxyCommand(
        name: try fields.word(command, "name", of: "agent.ssh_proxy_command"),
        resume: command["resume"]?.bool ?? false)
    } else {
      proxyCommand = nil
    }
    directory = try fields.directory()
    certificate = try fields.certificate("main")
    host = try fields.authorities("host")
    user = try fields.authorities("user")
    database = try fields.authorities("database")
    clusters = config.writesSSHConfig ? try fields.authorities("clusters") : nil
    let discovery = try fields.answer("proxy")
    if let address = discovery["web_address"]?.string, !address.isEmpty {
      guard let parsed = ProxyAddress(address) else {
        throw .credentials("the proxy announces ", address.excerpt, ", which is no host:port")
      }
      proxy = parsed
    } else {
      proxy = nil
    }
    tlsRouting = discovery["tls_routing"]?.bool ?? false
    connectionUpgrade = discovery["connection_upgrade"]?.bool ?? false
    try requireAuthorities()
  }

  private func requireAuthorities() throws(OutputFailure) {
    guard host.contains(where: { !$0.certificates.isEmpty }) else {
      throw .credentials("the cluster has no host authority with a TLS certificate")
    }
    guard user.contains(where: { !$0.certificates.isEmpty }) else {
      throw .credentials("the cluster has no user authority with a TLS certificate")
    }
    guard let clusters else { return }
    guard !clusters.isEmpty else { throw .credentials("the list of clusters is empty") }
    for (index, authority) in clusters.enumerated() {
      if authority.keys.isEmpty {
        throw .credentials("cluster ", authority.cluster.excerpt, " has no SSH host authority")
      }
      // Two of them would write the same files.
      if clusters[..<index].contains(where: { $0.cluster.sameBytes(as: authority.cluster) }) {
        throw .credentials("cluster ", authority.cluster.excerpt, " is listed twice")
      }
    }
  }
}
