import Credentials
public import Daemon
import Glibc
public import PluginHost
import Wire

/// A running authority: join service, API, discovery page and local administration in one process.
public struct AuthorityServer: Sendable {
  private let core: ClusterCore
  private let backend: SQLiteBackend
  private let data: DataDirectory
  private let listener: Listener
  private let admin: AdminListener
  private let log: LineLog

  /// Opens the database and loads the plugins; ``run()`` opens the ports.
  ///
  /// - Throws: ``StartupError`` or an error whose text says what to do.
  public init(
    _ options: AuthorityOptions, log: LineLog, clock: any HostClock = SystemClock(),
    random: any RandomSource = SystemRandom()
  ) async throws {
    let listen = try ServerAddress(parsing: options.listen)
    let publicAddress = try ServerAddress(parsing: options.publicAddress ?? options.listen)
    guard !["0.0.0.0", "::", ""].contains(publicAddress.host) else {
      throw StartupError(
        "agents cannot reach this authority at \(publicAddress)",
        remedy: "name the address they are to dial with --public-addr HOST:PORT")
    }
    let web = try options.webCertificate.map { try WebCertificate.read($0.chain, $0.key) }
    let now: @Sendable () -> Int64 = { clock.wallNanoseconds / 1_000_000_000 }
    data = try DataDirectory(options.dataDirectory)
    backend = try SQLiteBackend(path: data.file("tenond.sqlite"), now: now)
    let catalog = PluginCatalog(
      directory: options.pluginDirectory, policy: LoadPolicy(user: geteuid()))
    for refusal in catalog.refusals {
      log.warning("plugin not loaded", [("path", refusal.path), ("reason", refusal.description)])
    }
    let keys = try await ClusterKeys.open(
      backend, cluster: options.clusterName, suite: options.suite,
      methods: catalog.joinVerifiers.compactMap { $0.manifest.joinVerifier?.authority }, now: now())
    let verifiers = try await VerifierCatalog.load(catalog, keys: keys, clock: clock, log: log)
    if verifiers.methods.isEmpty {
      log.warning(
        "no join method is installed; nothing can join",
        [("plugin_dir", options.pluginDirectory)])
    }
    let audit = try AuditFile(path: data.file("audit.jsonl"), now: now) { log.error($0) }
    core = ClusterCore(
      keys: keys, backend: backend, verifiers: verifiers, audit: audit, clock: clock,
      random: random, publicAddress: publicAddress.description)
    let certificates = ServerCertificates(
      keys: keys, hostID: UUID.random(random),
      publicNames: [publicAddress.host, listen.host].filter { $0 != "0.0.0.0" && $0 != "::" },
      web: web, now: now)
    let discovery = DiscoveryDocument(
      clusterName: keys.cluster, publicAddress: publicAddress.description,
      listenAddress: listen.description, suite: keys.suite.rawValue)
    listener = Listener(
      address: listen, cluster: keys.cluster, tls: certificates.tls, serverVersion: Version.wire,
      join: JoinService(cluster: core), api: APIService(cluster: core),
      discovery: { discovery.body($0) })
    admin = AdminListener(path: options.adminSocket, handler: AdminService(cluster: core))
    self.log = log
  }

  /// Serves until ``stop()``.
  ///
  /// - Throws: when a port cannot be opened.
  public func run() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await listener.run() }
      group.addTask { try await admin.run() }
      group.addTask { await announce() }
      let housekeeping = Task { await housekeep() }
      defer { housekeeping.cancel() }
      do {
        for try await _ in group {}
      } catch {
        stop()
        throw error
      }
    }
  }

  /// Lets joins in flight finish and ends ``run()``.
  public func stop() {
    listener.shutdown()
    admin.shutdown()
  }

  private func announce() async {
    guard await admin.waitUntilReady(), let bound = await listener.boundAddress else { return }
    let pin = (try? CertificatePin(core.keys.hostTLS.certificate).description) ?? ""
    log.info(
      "tenond is ready",
      [
        ("cluster", core.keys.cluster), ("listen", bound.description),
        ("public_addr", core.publicAddress), ("admin_socket", admin.path), ("ca_pin", pin),
        ("join_methods", core.verifiers.methods.joined(separator: ",")),
      ])
  }

  private func housekeep() async {
    while !Task.isCancelled {
      do {
        try await backend.removeExpired()
      } catch {
        log.error("could not remove expired records", [("reason", error.description)])
      }
      try? await Task.sleep(for: .seconds(3600))
    }
  }
}
