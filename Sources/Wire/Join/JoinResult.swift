/// The certificates a join ends with.
public struct JoinCertificates: Sendable, Equatable {
  /// X.509 client certificate, DER.
  public var tls: [UInt8]
  /// X.509 certificates of the cluster's authorities, DER each.
  public var tlsAuthorities: [[UInt8]]
  /// SSH certificate, wire blob.
  public var ssh: [UInt8]
  /// SSH public keys of the cluster's authorities, wire blob each.
  public var sshAuthorities: [[UInt8]]

  /// Creates the set.
  public init(
    tls: [UInt8], tlsAuthorities: [[UInt8]], ssh: [UInt8], sshAuthorities: [[UInt8]]
  ) {
    self.tls = tls
    self.tlsAuthorities = tlsAuthorities
    self.ssh = ssh
    self.sshAuthorities = sshAuthorities
  }
}

/// Last message of a successful join.
public struct JoinResult: Sendable, Equatable {
  /// What the host keeps.
  public var certificates: JoinCertificates
  /// Every other field of the result as encoded protobuf, for the join method; may be empty.
  public var fragment: [UInt8]

  /// Creates the message.
  public init(certificates: JoinCertificates, fragment: [UInt8] = []) {
    self.certificates = certificates
    self.fragment = fragment
  }
}
