import Credentials
import PluginHost
import Wire

/// The ways to one cluster: without an identity to join, with one for everything else.
struct AuthorityLink: Sendable {
  let server: AgentConfiguration.Server
  let isInsecure: Bool
  let caPath: String?
  let caPins: [String]
  let readFile: @Sendable (_ path: String) -> Result<[UInt8], ConfigSurroundings.FileRefusal>
  let clock: any HostClock
  var timeouts = Timeouts()

  init(
    _ configuration: AgentConfiguration, surroundings: ConfigSurroundings = .system,
    clock: any HostClock = SystemClock()
  ) {
    server = configuration.server
    isInsecure = configuration.isInsecure
    caPath = configuration.onboarding?.caPath
    caPins = configuration.onboarding?.caPins ?? []
    readFile = { surroundings.readFile($0, PEM.maxBytes) }
    self.clock = clock
  }

  var address: ServerAddress {
    switch server {
    case .auth(let address), .proxy(let address): address
    }
  }

  /// A connection without an identity, to join.
  func anonymous() async throws(AgentFailure) -> Connection {
    let doing = "cannot join at \(address)"
    switch server {
    case .proxy(let address):
      return try await open(
        .joinThroughProxy(address, trust: isInsecure ? .insecure : .system), doing: doing)
    case .auth:
      return try await open(.joinAtAuth(trust: try await authTrust()), doing: doing)
    }
  }

  /// A connection with an identity; the server must be of the identity's cluster.
  func authenticated(_ identity: StoredIdentity) async throws(AgentFailure) -> Connection {
    let roots = identity.certificates.tlsAuthorities.map(\.der)
    let certificate = ClientCertificate(
      chain: [identity.certificates.tls.der], privateKeyPEM: identity.privateKey.pem)
    let tls =
      switch server {
      case .proxy:
        ClientTLS.authenticatedThroughProxy(
          cluster: identity.clusterName, roots: roots, certificate: certificate)
      case .auth:
        ClientTLS.authenticatedAtAuth(
          cluster: identity.clusterName, roots: roots, certificate: certificate)
      }
    return try await open(tls, doing: "cannot reach the cluster \(identity.clusterName)")
  }

  /// Makes a call with an identity that changes nothing. It tells the authority that the identity arrived,
  /// and this agent whether it is accepted.
  func ping(_ identity: StoredIdentity) async throws(AgentFailure) {
    let connection = try await authenticated(identity)
    do throws(RPCError) {
      _ = try await connection.ping()
      await connection.close()
    } catch {
      await connection.close()
      let isAnswer = error.code != .connectionProblem
      throw AgentFailure(
        error,
        doing: isAnswer
          ? "the authority at \(address) does not accept the identity of this machine"
          : "the authority at \(address) does not answer")
    }
  }

  /// What the cluster says of itself, asked at an address of its web side.
  func discovery(
    at address: ServerAddress, trusting identity: StoredIdentity?
  ) async throws(AgentFailure) -> Discovery {
    do {
      return try await fetchDiscovery(
        address, trust: isInsecure ? .insecure : .system, timeouts: timeouts)
    } catch  where error.fault == .untrusted && identity != nil {
      // A cluster may serve its web side with a certificate of its own host authority.
      let roots = identity?.certificates.tlsAuthorities.map(\.der) ?? []
      do {
        return try await fetchDiscovery(address, trust: .roots(roots), timeouts: timeouts)
      } catch {
        throw AgentFailure(error, doing: "cannot ask \(address) about its cluster")
      }
    } catch {
      throw AgentFailure(error, doing: "cannot ask \(address) about its cluster")
    }
  }

  private func open(_ tls: ClientTLS, doing: String) async throws(AgentFailure) -> Connection {
    do {
      return try await Connection.open(
        to: address, tls: tls, clientVersion: Version.wire, timeouts: timeouts)
    } catch {
      throw AgentFailure(error, doing: doing)
    }
  }

  // MARK: whom to believe at auth_server

  private func authTrust() async throws(AgentFailure) -> Trust {
    if isInsecure { return .insecure }
    if !caPins.isEmpty { return .roots(try await pinnedAuthorities()) }
    guard let caPath else {
      throw AgentFailure(
        "nothing says how to recognise the authority at \(address)",
        hint: "add `onboarding.ca_pins` with the CA pin that `tctl status` shows, or "
          + "`onboarding.ca_path`", .local)
    }
    switch readFile(caPath) {
    case .failure(let refusal):
      throw AgentFailure(
        "onboarding.ca_path \(caPath) cannot be read: \(refusal.reason)",
        hint: "correct the path or its permissions", .local)
    case .success(let bytes):
      let certificates: [TLSCertificate]
      do {
        certificates = try TLSCertificate.all(pem: bytes)
      } catch {
        throw AgentFailure(error, in: "onboarding.ca_path \(caPath)")
      }
      guard !certificates.isEmpty else {
        throw AgentFailure(
          "onboarding.ca_path \(caPath) holds no certificate",
          hint: "write the authority's there: `tctl auth export --type=tls-host`", .local)
      }
      return .roots(certificates.map(\.der))
    }
  }

  /// The authorities the server presents, once every one of them has a pin (joining.md A.5).
  private func pinnedAuthorities() async throws(AgentFailure) -> [[UInt8]] {
    let doing = "cannot check the CA pin of \(address)"
    let connection = try await open(.joinAtAuth(trust: .insecure), doing: doing)
    let pem: [UInt8]
    do {
      pem = try await connection.clusterCACertificates()
    } catch {
      await connection.close()
      throw AgentFailure(error, doing: doing)
    }
    await connection.close()
    do {
      let certificates = try TLSCertificate.all(pem: pem)
      try CertificatePin.check(
        caPins.map { $0.hasPrefix("sha256:") ? $0 : "sha256:\($0)" }, against: certificates,
        now: clock.wallNanoseconds / 1_000_000_000)
      return certificates.map(\.der)
    } catch {
      throw AgentFailure(error, in: "the authority at \(address) is not the pinned one")
    }
  }
}
