/// The set of key algorithms a cluster has chosen; governs generation, never acceptance.
public enum SignatureSuite: String, Sendable, CaseIterable {
  case legacy = "legacy"
  case balancedV1 = "balanced-v1"
  case fipsV1 = "fips-v1"
  case hsmV1 = "hsm-v1"

  /// A suite as it travels: an empty or unknown name means `legacy`.
  public init(wire name: String) {
    self = SignatureSuite(rawValue: name) ?? .legacy
  }

  /// A suite by its number in `types.SignatureAlgorithmSuite`: 0 and unknown numbers mean `legacy`.
  public init(wire number: Int32) {
    self =
      switch number {
      case 2: .balancedV1
      case 3: .fipsV1
      case 4: .hsmV1
      default: .legacy
      }
  }

  /// The number of the suite in `types.SignatureAlgorithmSuite`.
  public var wireNumber: Int32 {
    switch self {
    case .legacy: 1
    case .balancedV1: 2
    case .fipsV1: 3
    case .hsmV1: 4
    }
  }

  /// The algorithm of a new key for a purpose.
  public func algorithm(for purpose: KeyPurpose) -> KeyAlgorithm {
    switch purpose {
    case .databaseCertificateAuthority, .databaseClientCertificateAuthority, .databaseClient,
      .openIDProviderTokens, .samlProviderCertificateAuthority, .workloadTokens:
      // Databases and identity consumers still need RSA under every suite.
      return .rsa2048
    case .userCertificateAuthority, .hostCertificateAuthority, .workloadCertificateAuthority,
      .applicationTokens, .ownIdentity, .impersonatedIdentity, .workloadIdentity:
      return self == .legacy ? .rsa2048 : .ecdsaP256
    case .userSSHAuthority, .hostSSHAuthority, .openSSHAuthority:
      // Hardware modules seldom speak Ed25519, and authority keys are what they hold.
      return switch self {
      case .legacy: .rsa2048
      case .balancedV1: .ed25519
      case .fipsV1, .hsmV1: .ecdsaP256
      }
    case .hostSSH:
      return switch self {
      case .legacy: .rsa2048
      case .balancedV1, .hsmV1: .ed25519
      case .fipsV1: .ecdsaP256
      }
    }
  }
}
