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
  private let survey: ClusterSurvey
  private let pages: PageServer?

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
    let metricsAddress = try Self.metricsAddress(options.metricsAddress, log: log)
    let record = AuthorityRecord(clock: clock)
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
    let audit = try AuditFile(
      path: data.file("audit.jsonl"), now: now, observe: { record.audited($0) },
      report: { log.error($0) })
    record.part(.audit, nil)
    core = ClusterCore(
      keys: keys, backend: backend, verifiers: verifiers, audit: audit, clock: clock,
      random: random, publicAddress: publicAddress.description, record: record)
    let survey = ClusterSurvey(cluster: core)
    self.survey = survey
    pages = metricsAddress.map { address in
      let pages = DiagnosticPages(health: record.health, metrics: record.metrics) {
        await survey.measure()
      }
      return PageServer(address: address) { pages.answer($0) }
    }
    let certificates = ServerCertificates(
      keys: keys, hostID: UUID.random(random),
      publicNames: [publicAddress.host, listen.host].filter { $0 != "0.0.0.0" && $0 != "::" },
      web: web, now: now)
    let discovery = DiscoveryDocument(
      clusterName: keys.cluster, publicAddress: publicAddress.description,
      listenAddress: listen.description, suite: keys.suite.rawValue)
    listener = Listener(
      address: listen, cluster: keys.cluster, tls: certificates.tls, serverVersion: Version.wire,
      join: JoinService(cluster: core),
      api: MeasuredAPI(api: APIService(cluster: core), record: record),
      discovery: { discovery.body($0) })
    admin = AdminListener(path: options.adminSocket, handler: AdminService(cluster: core))
    self.log = log
  }

  /// Serves until ``stop()``.
  ///
  /// - Throws: when a port cannot be opened.
  public func run() async throws {
    try await openPages()
    do {
      try await serve()
      await pages?.stop()
    } catch {
      await pages?.stop()
      throw error
    }
  }

  private func openPages() async throws {
    guard let pages else { return }
    await survey.begin()
    do {
      let bound = try await pages.start()
      log.info("answering questions about this authority", [("metrics_addr", "\(bound)")])
    } catch {
      throw StartupError("--metrics-addr: \(error.message)", remedy: "then start again")
    }
  }

  private static func metricsAddress(
    _ text: String?, log: LineLog
  ) throws -> ServerAddress? {
    guard let text else { return nil }
    let address: ServerAddress
    do {
      address = try ServerAddress(pagesAt: text)
    } catch {
      throw StartupError("--metrics-addr: \(error.message)", remedy: "for instance 127.0.0.1:3081")
    }
    if !address.isLoopback {
      log.warning(
        "others can reach --metrics-addr: whoever does reads names of bots and error texts, without a "
          + "login; use a loopback address unless the scraper is elsewhere",
        [("metrics_addr", "\(address)")])
    }
    return address
  }

  private func serve() async throws {
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
    core.record.part(.listener, nil)
    core.record.part(.admin, nil)
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
