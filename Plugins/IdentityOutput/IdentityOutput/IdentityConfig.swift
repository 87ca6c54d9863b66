import Documents

/// The keys of an `identity` service, as the manifest declares them.
public struct IdentityConfig: Sendable {
  /// The leaf cluster the certificate is routed to; nil for the agent's own.
  public var cluster: String?
  /// Whether the files for OpenSSH are written.
  public var writesSSHConfig: Bool
  /// Whether the certificate may be used to ask for further ones.
  public var allowsReissue: Bool

  /// Reads the values as the host hands them over: text, nil where a key is unset.
  ///
  /// - Throws: `OutputFailure` when the cluster is no cluster name; the other keys were checked
  ///   against the manifest.
  public init(
    cluster: String?, sshConfig: String?, allowReissue: String?
  ) throws(OutputFailure) {
    if let cluster, !cluster.isEmpty {
      guard ClusterName.isValid(cluster) else {
        throw OutputFailure(
          .configuration, concat("cluster: ", cluster.excerpt, " is no cluster name"),
          hint: "use the name that the cluster status shows, made of letters, digits, '.', '-', '_'"
        )
      }
      self.cluster = cluster
    }
    writesSSHConfig = !(sshConfig?.sameBytes(as: "off") ?? false)
    allowsReissue = allowReissue?.sameBytes(as: "true") ?? false
  }
}
