import SwiftASN1

/// Which attribute of a subject holds which field of an identity, and how.
struct SubjectAttribute: Sendable {
  enum Field: Sendable {
    case text(any WritableKeyPath<TLSIdentity, String> & Sendable)
    /// The attribute repeats, once per element.
    case list(any WritableKeyPath<TLSIdentity, [String]> & Sendable)
    /// The text `true`, or absent.
    case flag(any WritableKeyPath<TLSIdentity, Bool> & Sendable)
    /// Decimal, absent when zero.
    case number(any WritableKeyPath<TLSIdentity, UInt64> & Sendable)
    /// RFC 3339.
    case moment(any WritableKeyPath<TLSIdentity, UnixSeconds?> & Sendable)
    /// A JSON object of lists of strings.
    case traits(any WritableKeyPath<TLSIdentity, [String: [String]]> & Sendable)
  }

  let type: ASN1ObjectIdentifier
  let field: Field

  private init(_ type: ASN1ObjectIdentifier, _ field: Field) {
    self.type = type
    self.field = field
  }

  private init(_ arc: UInt, _ number: UInt, _ field: Field) {
    self.init([1, 3, 9999, arc, number], field)
  }

  /// All attributes, in the order they are written.
  static let all: [SubjectAttribute] = [
    SubjectAttribute([2, 5, 4, 10], .list(\.roles)),
    SubjectAttribute([2, 5, 4, 11], .list(\.usage)),
    SubjectAttribute([2, 5, 4, 7], .list(\.logins)),
    SubjectAttribute([2, 5, 4, 9], .text(\.routeToCluster)),
    SubjectAttribute([2, 5, 4, 17], .traits(\.traits)),
    SubjectAttribute([2, 5, 4, 3], .text(\.username)),

    SubjectAttribute(1, 1, .list(\.kubernetesUsers)),
    SubjectAttribute(1, 2, .list(\.kubernetesGroups)),
    SubjectAttribute(1, 3, .text(\.kubernetesCluster)),
    SubjectAttribute(1, 4, .text(\.application.sessionID)),
    SubjectAttribute(1, 5, .text(\.application.clusterName)),
    SubjectAttribute(1, 6, .text(\.application.publicAddress)),
    SubjectAttribute(1, 7, .text(\.clusterName)),
    SubjectAttribute(1, 8, .text(\.mfaDeviceID)),
    SubjectAttribute(1, 9, .text(\.loginIP)),
    SubjectAttribute(1, 10, .text(\.application.name)),
    SubjectAttribute(1, 11, .text(\.application.awsRoleARN)),
    SubjectAttribute(1, 12, .list(\.rare.allowedAWSRoleARNs)),
    SubjectAttribute(1, 13, .flag(\.renewable)),
    SubjectAttribute(1, 14, .number(\.generation)),
    SubjectAttribute(1, 15, .text(\.privateKeyPolicy)),
    SubjectAttribute(1, 16, .text(\.application.azureIdentity)),
    SubjectAttribute(1, 17, .list(\.rare.allowedAzureIdentities)),
    SubjectAttribute(1, 18, .text(\.application.gcpServiceAccount)),
    SubjectAttribute(1, 19, .list(\.rare.allowedGCPServiceAccounts)),
    SubjectAttribute(1, 20, .text(\.userType)),
    SubjectAttribute(1, 21, .number(\.application.targetPort)),
    SubjectAttribute(1, 22, .text(\.application.awsCredentials)),

    SubjectAttribute(2, 1, .text(\.database.serviceName)),
    SubjectAttribute(2, 2, .text(\.database.protocolName)),
    SubjectAttribute(2, 3, .text(\.database.username)),
    SubjectAttribute(2, 4, .text(\.database.database)),
    SubjectAttribute(2, 5, .list(\.rare.allowedDatabaseNames)),
    SubjectAttribute(2, 6, .list(\.rare.allowedDatabaseUsers)),
    SubjectAttribute(2, 7, .text(\.impersonator)),
    SubjectAttribute(2, 8, .list(\.accessRequests)),
    SubjectAttribute(2, 9, .flag(\.disallowReissue)),
    SubjectAttribute(2, 10, .text(\.allowedResources)),
    SubjectAttribute(2, 11, .list(\.systemRoles)),
    SubjectAttribute(2, 12, .moment(\.previousIdentityExpires)),
    SubjectAttribute(2, 13, .text(\.connectionDiagnosticID)),
    SubjectAttribute(2, 14, .text(\.rare.license)),
    SubjectAttribute(2, 15, .text(\.pinnedIP)),
    SubjectAttribute(2, 16, .flag(\.rare.createWindowsUser)),
    SubjectAttribute(2, 17, .flag(\.rare.desktopLimitExceeded)),
    SubjectAttribute(2, 18, .text(\.botName)),
    SubjectAttribute(2, 19, .list(\.database.roles)),
    SubjectAttribute(2, 20, .text(\.botInstanceID)),
    SubjectAttribute(2, 21, .text(\.joinAttributes)),
    SubjectAttribute(2, 22, .text(\.rare.activeDirectoryStatus)),
    SubjectAttribute(2, 23, .text(\.joinToken)),
    SubjectAttribute(2, 24, .text(\.scopePin)),
    SubjectAttribute(2, 25, .text(\.rare.agentScope)),
    SubjectAttribute(2, 30, .text(\.rare.delegationSessionID)),

    SubjectAttribute(3, 1, .text(\.rare.deviceID)),
    SubjectAttribute(3, 2, .text(\.rare.deviceAssetTag)),
    SubjectAttribute(3, 3, .text(\.rare.deviceCredentialID)),
  ]

  static let byType = Dictionary(uniqueKeysWithValues: all.map { ($0.type, $0) })
}
