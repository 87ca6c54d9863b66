/// Who a certificate speaks for: what a cluster writes into the subject of a user certificate, and
/// mirrors into the extensions of the SSH certificate beside it.
///
/// Empty strings, empty lists, zero and false mean "absent". Numbers in comments are the attributes
/// below the arc 1.3.9999 that hold a field.
public struct TLSIdentity: Sendable, Equatable {
  /// Name of the user (CN); a bot's user is called `bot-<name>`.
  public var username: String
  /// Roles (O), in order.
  public var roles: [String]
  /// What the certificate is restricted to (OU), for example `usage:db`.
  public var usage: [String] = []
  /// SSH principals (L).
  public var logins: [String] = []
  /// Cluster that requests go to (STREET).
  public var routeToCluster = ""
  /// Traits of the user (postalCode, as JSON).
  public var traits: [String: [String]] = [:]

  /// Kubernetes users, groups and cluster (1.1 to 1.3).
  public var kubernetesUsers: [String] = []
  public var kubernetesGroups: [String] = []
  public var kubernetesCluster = ""
  /// The application requests go to (1.4 to 1.6, 1.10, 1.11, 1.16, 1.18, 1.21, 1.22).
  public var application = ApplicationRoute()
  /// The database requests go to (2.1 to 2.4, 2.19).
  public var database = DatabaseRoute()

  /// Cluster that issued the certificate (1.7).
  public var clusterName = ""
  public var mfaDeviceID = ""
  /// Address the holder logged in from (1.9).
  public var loginIP = ""
  /// The certificate may be exchanged for a newer one without joining again (1.13).
  public var renewable = false
  /// How often the bot instance has been renewed (1.14).
  public var generation: UInt64 = 0
  public var privateKeyPolicy = ""
  /// `local` or `sso` (1.20).
  public var userType = ""

  /// User that asked for the certificate with other roles (2.7).
  public var impersonator = ""
  public var accessRequests: [String] = []
  /// The certificate may not be used to get another one (2.9).
  public var disallowReissue = false
  /// Resources the certificate is limited to, a JSON array (2.10).
  public var allowedResources = ""
  public var systemRoles: [String] = []
  /// When the certificate that this one was derived from ends (2.12).
  public var previousIdentityExpires: UnixSeconds?
  public var connectionDiagnosticID = ""
  /// Only address the certificate may be used from (2.15).
  public var pinnedIP = ""

  /// Name of the bot, without `bot-` (2.18).
  public var botName = ""
  /// UUID of the lineage of certificates this one belongs to (2.20).
  public var botInstanceID = ""
  /// What was learned about the holder while it joined, a JSON object (2.21).
  public var joinAttributes = ""
  /// Join token of an identity that is not renewable (2.23).
  public var joinToken = ""

  /// Limits of a scoped identity, a JSON object (2.24). Such an identity needs no roles.
  public var scopePin = ""
  /// Everything else that is only carried along.
  public var rare = RareAttributes()

  public init(username: String, roles: [String]) {
    self.username = username
    self.roles = roles
  }

  /// The application a certificate routes to.
  public struct ApplicationRoute: Sendable, Equatable {
    public var name = ""
    public var publicAddress = ""
    public var clusterName = ""
    public var sessionID = ""
    public var targetPort: UInt64 = 0
    public var awsRoleARN = ""
    public var awsCredentials = ""
    public var azureIdentity = ""
    public var gcpServiceAccount = ""

    public init() {}
  }

  /// The database a certificate routes to.
  public struct DatabaseRoute: Sendable, Equatable {
    public var serviceName = ""
    public var protocolName = ""
    public var username = ""
    public var database = ""
    public var roles: [String] = []

    public init() {}
  }

  /// Attributes of people's certificates that a machine's seldom have.
  public struct RareAttributes: Sendable, Equatable {
    public var allowedAWSRoleARNs: [String] = []
    public var allowedAzureIdentities: [String] = []
    public var allowedGCPServiceAccounts: [String] = []
    public var allowedDatabaseNames: [String] = []
    public var allowedDatabaseUsers: [String] = []
    public var license = ""
    public var createWindowsUser = false
    public var desktopLimitExceeded = false
    public var activeDirectoryStatus = ""
    public var agentScope = ""
    public var delegationSessionID = ""
    public var deviceID = ""
    public var deviceAssetTag = ""
    public var deviceCredentialID = ""

    public init() {}
  }
}
