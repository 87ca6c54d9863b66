import Documents

/// Host authorities in the known_hosts format of sshd(8).
enum KnownHosts {
  /// One line per key: any host of the cluster, and its proxy, is believed when this key signed it.
  static func lines(_ authority: Authority, proxy: ProxyAddress?) -> String {
    let patterns = concat(authority.cluster, ",*.", authority.cluster)
    return lines(authority, patterns: proxy.map { concat($0.host, ",", patterns) } ?? patterns)
  }

  /// The file for one cluster: whatever host is asked for belongs to it.
  static func clusterFile(_ authority: Authority) -> String {
    concat("# Cluster specific known_hosts generated for cluster '", authority.cluster, "'\n")
      + lines(authority, patterns: "*")
  }

  private static func lines(_ authority: Authority, patterns: String) -> String {
    var text = ""
    for key in authority.keys {
      text += concat("@cert-authority ", patterns, " ", key.type, " ", key.base64, " type=host\n")
    }
    return text
  }
}
