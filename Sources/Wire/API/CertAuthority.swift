/// The public half of one authority of a cluster. Private keys never travel through this module.
public struct CertAuthority: Sendable, Equatable {
  /// `host`, `user`, `db`, `openssh`, `jwt`, `spiffe`, …
  public var type: String
  /// The cluster the authority belongs to.
  public var clusterName: String
  /// Keys that sign now.
  public var active: KeySet
  /// Keys that are trusted besides, for example during a rotation.
  public var additional: KeySet

  /// Public keys of one authority.
  public struct KeySet: Sendable, Equatable {
    /// authorized_keys lines.
    public var ssh: [[UInt8]]
    /// PEM certificates.
    public var tls: [[UInt8]]
    /// PEM public keys.
    public var jwt: [[UInt8]]

    /// Creates a set.
    public init(ssh: [[UInt8]] = [], tls: [[UInt8]] = [], jwt: [[UInt8]] = []) {
      self.ssh = ssh
      self.tls = tls
      self.jwt = jwt
    }
  }

  /// Creates an authority.
  public init(type: String, clusterName: String, active: KeySet, additional: KeySet = KeySet()) {
    self.type = type
    self.clusterName = clusterName
    self.active = active
    self.additional = additional
  }

  /// Everything to trust: active keys, then additional ones.
  public var trusted: KeySet {
    KeySet(
      ssh: active.ssh + additional.ssh, tls: active.tls + additional.tls,
      jwt: active.jwt + additional.jwt)
  }
}
