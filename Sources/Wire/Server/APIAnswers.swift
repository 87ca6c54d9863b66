internal import FoundationEssentials
internal import SwiftProtobuf

/// Decodes requests, asks the handler, encodes replies.
struct APIAnswers: Sendable {
  let handler: any APIHandler

  func answer(_ method: Method, _ request: [UInt8], _ peer: Peer) async throws(RPCError) -> [UInt8]
  {
    switch method {
    case .join: throw RPCError(.notImplemented, "a join is no single call")
    case .ping: return try serialize(try await handler.ping(peer: peer).proto)
    case .generateUserCerts:
      let request = try UserCertsRequest(
        try decode(ProtoUserCertsRequest.self, request, "certificate request"))
      return try serialize(try await handler.generateUserCerts(request, peer: peer).proto)
    case .clusterCACert:
      let pem = try await handler.clusterCACertificates(peer: peer)
      return try serialize(ProtoClusterCACertResponse.with { $0.tlsCa = .init(pem) })
    case .domainName:
      let name = try await handler.domainName(peer: peer)
      return try serialize(ProtoDomainNameResponse.with { $0.domainName = name })
    case .authPreference, .legacyAuthPreference:
      return try serialize(
        ProtoAuthPreference.preference(suite: try await handler.signatureSuite(peer: peer)))
    case .role:
      let name = try decode(ProtoRoleRequest.self, request, "role request").name
      return try serialize(try await handler.role(name, peer: peer).proto)
    case .certAuthority:
      let request = try decode(ProtoCertAuthorityRequest.self, request, "authority request")
      try refusePrivateKeys(request.includeKey)
      return try serialize(
        try await handler.certAuthority(type: request.type, domain: request.domain, peer: peer)
          .proto)
    case .certAuthorities:
      let request = try decode(ProtoCertAuthoritiesRequest.self, request, "authorities request")
      try refusePrivateKeys(request.includeKey)
      let authorities = try await handler.certAuthorities(type: request.type, peer: peer)
      return try serialize(
        ProtoCertAuthoritiesResponse.with { $0.certAuthorities = authorities.map(\.proto) })
    case .remoteClusters:
      let names = try await handler.remoteClusters(peer: peer)
      return try serialize(
        ProtoListRemoteClustersResponse.with {
          $0.remoteClusters = names.map { .cluster(named: $0) }
        })
    case .submitHeartbeat:
      let heartbeat = try Heartbeat(
        try decode(ProtoSubmitHeartbeatRequest.self, request, "heartbeat"))
      try await handler.submitHeartbeat(heartbeat, peer: peer)
      return []
    }
  }

  private func refusePrivateKeys(_ asked: Bool) throws(RPCError) {
    guard !asked else {
      throw RPCError(.accessDenied, "private keys of authorities are never sent")
    }
  }
}

extension ProtoAuthPreference {
  fileprivate static func preference(suite: String) -> ProtoAuthPreference {
    .with {
      $0.kind = "cluster_auth_preference"
      $0.version = "v2"
      $0.metadata.name = "cluster-auth-preference"
      $0.metadata.namespace = "default"
      $0.spec.type = "local"
      $0.spec.secondFactor = "off"
      $0.spec.signatureAlgorithmSuite = SuiteName.proto(suite)
    }
  }
}

extension ProtoRemoteCluster {
  fileprivate static func cluster(named name: String) -> ProtoRemoteCluster {
    .with {
      $0.kind = "remote_cluster"
      $0.version = "v3"
      $0.metadata.name = name
      $0.metadata.namespace = "default"
    }
  }
}
