internal import GRPCCore

/// The calls this module makes and answers.
enum Method: String, CaseIterable {
  case join = "teleport.join.v1.JoinService/Join"
  case ping = "proto.AuthService/Ping"
  case generateUserCerts = "proto.AuthService/GenerateUserCerts"
  case clusterCACert = "proto.AuthService/GetClusterCACert"
  case domainName = "proto.AuthService/GetDomainName"
  case authPreference = "teleport.clusterconfig.v1.ClusterConfigService/GetAuthPreference"
  case legacyAuthPreference = "proto.AuthService/GetAuthPreference"
  case role = "proto.AuthService/GetRole"
  case certAuthority = "teleport.trust.v1.TrustService/GetCertAuthority"
  case certAuthorities = "teleport.trust.v1.TrustService/GetCertAuthorities"
  case remoteClusters = "teleport.presence.v1.PresenceService/ListRemoteClusters"
  case submitHeartbeat = "teleport.machineid.v1.BotInstanceService/SubmitHeartbeat"

  var descriptor: MethodDescriptor {
    let slash = rawValue.firstIndex(of: "/") ?? rawValue.endIndex
    return MethodDescriptor(
      fullyQualifiedService: String(rawValue[..<slash]),
      method: String(rawValue[slash...].dropFirst()))
  }
}
