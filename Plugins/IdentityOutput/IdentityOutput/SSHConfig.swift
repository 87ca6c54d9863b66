import Documents

/// The client configurations for OpenSSH. They name files by absolute path, so they exist for
/// destinations that are directories.
struct SSHConfig {
  private let credentials: IdentityCredentials
  private let directory: String

  init(_ credentials: IdentityCredentials, directory: String) {
    self.credentials = credentials
    self.directory = directory
  }

  /// One file for all clusters.
  ///
  /// The block with the proxy command leaves the proxy itself out: it is reached directly. Without a
  /// proxy command in the agent, nodes are reached directly too, on the port OpenSSH chooses.
  func file(_ clusters: [Authority]) throws(OutputFailure) -> String {
    let subject = credentials.proxy?.host ?? clusters[0].cluster
    var text = concat("# Begin of the configuration generated for ", subject, " by tenon\n")
    let proxyPattern = credentials.proxy.map { concat(" ", $0.host) } ?? ""
    for authority in mostSpecificFirst(clusters) {
      text += concat("\n# Hosts of cluster ", authority.cluster, "\n")
      text += concat("Host *.", authority.cluster, proxyPattern, "\n")
      text += try identity(knownHosts: "known_hosts", indent: "    ")
      if let command = try proxyCommand(authority, indent: "    ") {
        let exclusion = credentials.proxy.map { concat(" !", $0.host) } ?? ""
        text += concat("Host *.", authority.cluster, exclusion, "\n") + command
      }
    }
    return text + concat("\n# End of the configuration generated for ", subject, " by tenon\n")
  }

  /// OpenSSH takes the first value it finds, and a host of `leaf.example.com` also matches
  /// `*.example.com`: longer names must come first. Otherwise the order is kept.
  private func mostSpecificFirst(_ clusters: [Authority]) -> [Authority] {
    var ordered: [Authority] = []
    for authority in clusters {
      let length = authority.cluster.utf8.count
      let index = ordered.firstIndex { $0.cluster.utf8.count < length } ?? ordered.count
      ordered.insert(authority, at: index)
    }
    return ordered
  }

  /// The file for one cluster: every host belongs to it, for `ssh -F`.
  func clusterFile(_ authority: Authority) throws(OutputFailure) -> String {
    concat("# Cluster specific ssh_config generated for cluster '", authority.cluster, "'\n")
      + (try identity(knownHosts: concat(authority.cluster, ".known_hosts"), indent: ""))
      + (try proxyCommand(authority, indent: "") ?? "")
  }

  private func identity(knownHosts: String, indent: String) throws(OutputFailure) -> String {
    concat(indent, "UserKnownHostsFile ", try path(knownHosts), "\n")
      + concat(indent, "IdentityFile ", try path("key"), "\n")
      + concat(indent, "CertificateFile ", try path("key-cert.pub"), "\n")
  }

  private func path(_ name: String) throws(OutputFailure) -> String {
    let separator = directory.utf8.count == 1 ? "" : "/"
    return try SSHConfigWords.path(directory + separator + name)
  }

  private func proxyCommand(
    _ authority: Authority, indent: String
  ) throws(OutputFailure) -> String? {
    guard let command = credentials.proxyCommand, let proxy = credentials.proxy else { return nil }
    guard let agent = credentials.agentPath, agent.utf8.first == 0x2F else {
      throw .credentials("agent.path is missing or not absolute, and a proxy command needs it")
    }
    var words = [
      try SSHConfigWords.shell(agent), command.name,
      "--destination-dir=" + (try SSHConfigWords.shell(directory)),
      "--proxy-server=" + (try SSHConfigWords.shell(proxy.text)),
      "--cluster=" + (try SSHConfigWords.shell(authority.cluster)),
    ]
    words.append(credentials.tlsRouting ? "--tls-routing" : "--no-tls-routing")
    words.append(
      credentials.connectionUpgrade ? "--connection-upgrade" : "--no-connection-upgrade")
    words.append(command.resume ? "--resume" : "--no-resume")
    words += ["--user=%r", "--host=%h", "--port=%p"]
    var line = ""
    for word in words { line += " " + word }
    return concat(indent, "Port 3022\n", indent, "ProxyCommand", line, "\n")
  }
}
