/// Certificates in the text forms of the API (the join stream uses binary forms instead).
public struct CertificateBundle: Sendable, Equatable {
  /// SSH user certificate, one authorized_keys line with its newline; empty when none was asked for.
  public var ssh: [UInt8]
  /// X.509 client certificate, PEM; empty when none was asked for.
  public var tls: [UInt8]
  /// X.509 authorities, one PEM certificate per entry.
  public var tlsAuthorities: [[UInt8]]
  /// SSH authorities, one authorized_keys line per entry.
  public var sshAuthorities: [[UInt8]]

  /// Creates a bundle.
  public init(
    ssh: [UInt8], tls: [UInt8], tlsAuthorities: [[UInt8]] = [], sshAuthorities: [[UInt8]] = []
  ) {
    self.ssh = ssh
    self.tls = tls
    self.tlsAuthorities = tlsAuthorities
    self.sshAuthorities = sshAuthorities
  }
}
