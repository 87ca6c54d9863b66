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

  /// Users in Kubernetes (1.1).
  public var kubernetesUsers: [String] = []
  /// Groups in Kubernetes (1.2).
  public var kubernetesGroups: [String] = []
  /// Kubernetes cluster requests go to (1.3).
  public var kubernetesCluster = ""
  /// The application requests go to (1.4 to 1.6, 1.10, 1.11, 1.16, 1.18, 1.21, 1.22).
  public var application = ApplicationRoute()
  /// The database requests go to (2.1 to 2.4, 2.19).
  public var database = DatabaseRoute()

  /// Cluster that issued the certificate (1.7).
  public var clusterName = ""
  /// Device that confirmed the login (1.8).
  public var mfaDeviceID = ""
  /// Address the holder logged in from (1.9).
  public var loginIP = ""
  /// The certificate may be exchanged for a newer one without joining again (1.13).
  public var renewable = false
  /// How often the bot instance has been renewed (1.14).
  public var generation: UInt64 = 0
  /// How the key must be kept, for example `none` (1.15).
  public var privateKeyPolicy = ""
  /// `local` or `sso` (1.20).
  public var userType = ""

  /// User that asked for the certificate with other roles (2.7).
  public var impersonator = ""
  /// Access requests that are in force (2.8).
  public var accessRequests: [String] = []
  /// The certificate may not be used to get another one (2.9).
  public var disallowReissue = false
  /// Resources the certificate is limited to, a JSON array (2.10).
  public var allowedResources = ""
  /// System roles beside `roles` (2.11).
  public var systemRoles: [String] = []
  /// When the certificate that this one was derived from ends (2.12).
  public var previousIdentityExpires: UnixSeconds?
  /// Connection test the certificate belongs to (2.13).
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

  /// An identity with a name and roles, and nothing else.
  public init(username: String, roles: [String]) {
    self.username = username
    self.roles = roles
  }

  /// The application a certificate routes to.
  public struct ApplicationRoute: Sendable, Equatable {
    /// Name of the application (1.10).
    public var name = ""
    /// Its public address (1.6).
    public var publicAddress = ""
    /// Cluster it is reached through (1.5).
    public var clusterName = ""
    /// Session the authority opened for it (1.4).
    public var sessionID = ""
    /// Port behind it (1.21).
    public var targetPort: UInt64 = 0
    /// AWS role to take on (1.11).
    public var awsRoleARN = ""
    /// AWS credentials to hand to a process (1.22).
    public var awsCredentials = ""
    /// Azure identity to take on (1.16).
    public var azureIdentity = ""
    /// Google Cloud service account to take on (1.18).
    public var gcpServiceAccount = ""

    /// Nothing set.
    public init() {}
  }

  /// The database a certificate routes to.
  public struct DatabaseRoute: Sendable, Equatable {
    /// Name of the database service (2.1).
    public var serviceName = ""
    /// Its protocol (2.2).
    public var protocolName = ""
    /// User to log in as (2.3).
    public var username = ""
    /// Database to open (2.4).
    public var database = ""
    /// Roles to request (2.19).
    public var roles: [String] = []

    /// Nothing set.
    public init() {}
  }

  /// Attributes of people's certificates that a machine's seldom have.
  public struct RareAttributes: Sendable, Equatable {
    /// AWS roles that may be taken on (1.12).
    public var allowedAWSRoleARNs: [String] = []
    /// Azure identities that may be taken on (1.17).
    public var allowedAzureIdentities: [String] = []
    /// Google Cloud accounts that may be taken on (1.19).
    public var allowedGCPServiceAccounts: [String] = []
    /// Databases that may be opened (2.5).
    public var allowedDatabaseNames: [String] = []
    /// Database users that may be used (2.6).
    public var allowedDatabaseUsers: [String] = []
    /// License of the cluster (2.14).
    public var license = ""
    /// A Windows user may be created (2.16).
    public var createWindowsUser = false
    /// More Windows desktops than licensed (2.17).
    public var desktopLimitExceeded = false
    /// Whether desktops belong to a directory (2.22).
    public var activeDirectoryStatus = ""
    /// Scope of an agent (2.25).
    public var agentScope = ""
    /// Session the identity was delegated for (2.30).
    public var delegationSessionID = ""
    /// Trusted device (3.1).
    public var deviceID = ""
    /// Its asset tag (3.2).
    public var deviceAssetTag = ""
    /// Its credential (3.3).
    public var deviceCredentialID = ""

    /// Nothing set.
    public init() {}
  }
}
