import Documents

/// Turns credentials into the files of an `identity` output.
public enum IdentityRenderer {
  /// All files of one generation, always in the same order; the same input gives the same bytes.
  ///
  /// - Parameter credentials: the credentials document (docs/abi/output-documents.md). Borrowed for
  ///   the call.
  /// - Throws: `OutputFailure` naming the field that is missing or cannot be written.
  public static func render(
    _ credentials: [UInt8], config: IdentityConfig
  ) throws(OutputFailure) -> [Artifact] {
    let credentials = try IdentityCredentials(credentials, config: config)
    let certificate = credentials.certificate
    var artifacts = [
      Artifact("key", certificate.privateKey, isSecret: true),
      Artifact("key.pub", certificate.sshPublicKey),
      Artifact("key-cert.pub", certificate.sshCertificate),
      Artifact("tlscert", certificate.tlsCertificate),
      Artifact(".write-test", ""),
      Artifact("identity", IdentityFile.text(credentials), isSecret: true),
      Artifact("teleport-host-ca.crt", IdentityFile.bundle(credentials.host)),
      Artifact("teleport-user-ca.crt", IdentityFile.bundle(credentials.user)),
      Artifact("teleport-database-ca.crt", IdentityFile.bundle(credentials.database)),
    ]
    guard let clusters = credentials.clusters else { return artifacts }
    var known = ""
    for authority in clusters { known += KnownHosts.lines(authority, proxy: credentials.proxy) }
    artifacts.append(Artifact("known_hosts", known))
    guard let directory = credentials.directory else { return artifacts }
    let config = SSHConfig(credentials, directory: directory)
    artifacts.append(Artifact("ssh_config", try config.file(clusters)))
    for authority in clusters {
      artifacts.append(
        Artifact(concat(authority.cluster, ".known_hosts"), KnownHosts.clusterFile(authority)))
      artifacts.append(
        Artifact(concat(authority.cluster, ".ssh_config"), try config.clusterFile(authority)))
    }
    return artifacts
  }
}
