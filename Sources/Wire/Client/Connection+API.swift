internal import SwiftProtobuf

extension Connection {
  /// What the server says about itself; the cheapest check that a connection works.
  public func ping() async throws(RPCError) -> PingReply {
    PingReply(try await call(.ping, ProtoEmpty(), ProtoPingResponse.self))
  }

  /// Asks for user certificates.
  public func generateUserCerts(_ request: UserCertsRequest) async throws(RPCError)
    -> CertificateBundle
  {
    CertificateBundle(try await call(.generateUserCerts, request.proto, ProtoCerts.self))
  }

  /// The host authorities: PEM certificates, one after another.
  public func clusterCACertificates() async throws(RPCError) -> [UInt8] {
    Array(
      try await call(.clusterCACert, ProtoEmpty(), ProtoClusterCACertResponse.self).tlsCa)
  }

  /// Name of the cluster.
  public func domainName() async throws(RPCError) -> String {
    try await call(.domainName, ProtoEmpty(), ProtoDomainNameResponse.self).domainName
  }

  /// The cluster's key suite, from whichever of the two services the server has.
  ///
  /// - Returns: `legacy`, `balanced-v1`, `fips-v1` or `hsm-v1`; empty when none is set, which means `legacy`.
  public func signatureSuite() async throws(RPCError) -> String {
    let preference: ProtoAuthPreference
    do {
      preference = try await call(.authPreference, ProtoEmpty(), ProtoAuthPreference.self)
    } catch {
      guard error.code == .notImplemented else { throw error }
      preference = try await call(.legacyAuthPreference, ProtoEmpty(), ProtoAuthPreference.self)
    }
    return SuiteName.text(preference.spec.signatureAlgorithmSuite)
  }

  /// One role.
  public func role(_ name: String) async throws(RPCError) -> Role {
    let request = ProtoRoleRequest.with { $0.name = name }
    return Role(try await call(.role, request, ProtoRoleResource.self))
  }

  /// One authority of one cluster, public keys only.
  public func certAuthority(type: String, domain: String) async throws(RPCError) -> CertAuthority {
    let request = ProtoCertAuthorityRequest.with {
      $0.type = type
      $0.domain = domain
    }
    return CertAuthority(try await call(.certAuthority, request, ProtoCertAuthorityResource.self))
  }

  /// All clusters' authorities of one type, public keys only.
  public func certAuthorities(type: String) async throws(RPCError) -> [CertAuthority] {
    let request = ProtoCertAuthoritiesRequest.with { $0.type = type }
    return try await call(.certAuthorities, request, ProtoCertAuthoritiesResponse.self)
      .certAuthorities.map { CertAuthority($0) }
  }

  /// Names of all leaf clusters, all pages.
  public func remoteClusters() async throws(RPCError) -> [String] {
    var names: [String] = []
    var request = ProtoListRemoteClustersRequest()
    // A server that never ends its pages must not keep an agent busy for ever.
    for _ in 0..<1000 {
      let page = try await call(.remoteClusters, request, ProtoListRemoteClustersResponse.self)
      names += page.remoteClusters.map(\.metadata.name)
      if page.nextPageToken.isEmpty { return names }
      request.pageToken = page.nextPageToken
    }
    throw broken("it lists leaf clusters without end")
  }

  /// Reports the agent's state.
  public func submitHeartbeat(_ heartbeat: Heartbeat) async throws(RPCError) {
    _ = try await call(.submitHeartbeat, heartbeat.proto, ProtoEmpty.self)
  }

  private func call<Reply: SwiftProtobuf.Message>(
    _ method: Method, _ request: some SwiftProtobuf.Message, _ reply: Reply.Type
  ) async throws(RPCError) -> Reply {
    let bytes = try await call(method, try serialize(request))
    return try reading { () throws(RPCError) in
      try decode(reply, bytes, "reply to \(method.rawValue)")
    }
  }
}
