import Wire

/// Counts the calls of an API by name and result.
struct MeasuredAPI: APIHandler {
  let api: any APIHandler
  let record: AuthorityRecord

  func ping(peer: Peer) async throws(RPCError) -> PingReply {
    try await count("ping") { () async throws(RPCError) in try await api.ping(peer: peer) }
  }

  func generateUserCerts(
    _ request: UserCertsRequest, peer: Peer
  ) async throws(RPCError) -> CertificateBundle {
    try await count("generate_user_certs") { () async throws(RPCError) in
      try await api.generateUserCerts(request, peer: peer)
    }
  }

  func clusterCACertificates(peer: Peer) async throws(RPCError) -> [UInt8] {
    try await count("cluster_ca_certificates") { () async throws(RPCError) in
      try await api.clusterCACertificates(peer: peer)
    }
  }

  func domainName(peer: Peer) async throws(RPCError) -> String {
    try await count("domain_name") { () async throws(RPCError) in
      try await api.domainName(peer: peer)
    }
  }

  func signatureSuite(peer: Peer) async throws(RPCError) -> String {
    try await count("signature_suite") { () async throws(RPCError) in
      try await api.signatureSuite(peer: peer)
    }
  }

  func role(_ name: String, peer: Peer) async throws(RPCError) -> Role {
    try await count("role") { () async throws(RPCError) in try await api.role(name, peer: peer) }
  }

  func certAuthority(
    type: String, domain: String, peer: Peer
  ) async throws(RPCError) -> CertAuthority {
    try await count("cert_authority") { () async throws(RPCError) in
      try await api.certAuthority(type: type, domain: domain, peer: peer)
    }
  }

  func certAuthorities(type: String, peer: Peer) async throws(RPCError) -> [CertAuthority] {
    try await count("cert_authorities") { () async throws(RPCError) in
      try await api.certAuthorities(type: type, peer: peer)
    }
  }

  func remoteClusters(peer: Peer) async throws(RPCError) -> [String] {
    try await count("remote_clusters") { () async throws(RPCError) in
      try await api.remoteClusters(peer: peer)
    }
  }

  func submitHeartbeat(_ heartbeat: Heartbeat, peer: Peer) async throws(RPCError) {
    try await count("submit_heartbeat") { () async throws(RPCError) in
      try await api.submitHeartbeat(heartbeat, peer: peer)
    }
  }

  private func count<Answer>(
    _ call: String, _ body: () async throws(RPCError) -> Answer
  ) async throws(RPCError) -> Answer {
    do throws(RPCError) {
      let answer = try await body()
      record.called(call, nil)
      return answer
    } catch {
      record.called(call, error)
      throw error
    }
  }
}
