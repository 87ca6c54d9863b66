/// Asks for user certificates: a renewal, or an impersonated identity for an output.
public struct UserCertsRequest: Sendable, Equatable {
  /// The caller's own user name.
  public var username: String
  /// Wished end, seconds since 1970 UTC. Servers cap it.
  public var expiresUnixSeconds: Int64
  /// SSH public key, authorized_keys line; empty for no SSH certificate.
  public var sshPublicKey: [UInt8]
  /// TLS public key, PEM; empty for no X.509 certificate.
  public var tlsPublicKey: [UInt8]
  /// The one key of old clients (authorized_keys line), used by a server when both others are empty.
  public var legacyPublicKey: [UInt8]
  /// `standard` (also when empty) or `oldssh`.
  public var format: String
  /// Cluster the certificates are for; empty means the server's own.
  public var routeToCluster: String
  /// Kubernetes cluster; empty for none.
  public var kubernetesCluster: String
  /// Roles to impersonate.
  public var roleRequests: [String]
  /// True for every request of an output: the certificate carries `roleRequests` instead of the caller's roles.
  public var useRoleRequests: Bool
  /// Whether the impersonated certificate may itself ask for certificates.
  public var reissuableRoleImpersonation: Bool
  /// What the certificate may be used for.
  public var usage: Usage

  /// Restricts a certificate; unknown numbers are refused by the server side.
  public enum Usage: Int, Sendable, CaseIterable {
    case all = 0
    case ssh = 1
    case kubernetes = 2
    case database = 3
    case app = 4
    case windowsDesktop = 5
  }

  /// Creates a request; everything not named here starts empty or false.
  public init(
    username: String, expiresUnixSeconds: Int64, sshPublicKey: [UInt8], tlsPublicKey: [UInt8],
    routeToCluster: String = "", roleRequests: [String] = [], useRoleRequests: Bool = false
  ) {
    self.username = username
    self.expiresUnixSeconds = expiresUnixSeconds
    self.sshPublicKey = sshPublicKey
    self.tlsPublicKey = tlsPublicKey
    self.legacyPublicKey = []
    self.format = ""
    self.routeToCluster = routeToCluster
    self.kubernetesCluster = ""
    self.roleRequests = roleRequests
    self.useRoleRequests = useRoleRequests
    self.reissuableRoleImpersonation = false
    self.usage = .all
  }
}
