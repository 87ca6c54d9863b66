import ArgumentParser
import Credentials
import Daemon
import Glibc
import PluginHost

/// The command line of `tenond`.
public enum TenondCommand {
  /// Runs it and gives the exit code.
  ///
  /// - Parameter arguments: without the program's name.
  public static func execute(_ arguments: [String]) async -> Int32 {
    await CommandRunner.run(Root.self, arguments)
  }

  struct Root: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "tenond", abstract: "A small certificate authority that machines can join.",
      subcommands: [Start.self, Version.self])
  }

  struct Version: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print the version.")

    func run() async throws { print("tenond v\(Authority.Version.product)") }
  }

  struct Start: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Run the authority until SIGTERM or SIGINT.")

    @Option(
      help: ArgumentHelp(
        "Folder for the database and the audit log; made with mode 0700.", valueName: "folder"))
    var dataDir: String

    @Option(
      help: ArgumentHelp("Name of the cluster; fixed by the first start.", valueName: "name"))
    var clusterName: String

    @Option(help: ArgumentHelp("Address to listen on.", valueName: "host:port"))
    var listen = "127.0.0.1:3080"

    @Option(
      help: ArgumentHelp(
        "Address under which agents reach this authority (default: that of --listen).",
        valueName: "host:port"))
    var publicAddr: String?

    @Option(help: ArgumentHelp("Socket for tenonctl.", valueName: "path"))
    var adminSocket = TenonctlCommand.defaultSocket

    @Option(
      help: ArgumentHelp(
        "Key algorithms: balanced-v1, legacy, fips-v1 or hsm-v1; fixed by the first start.",
        valueName: "suite"))
    var suite = "balanced-v1"

    @Option(
      help: ArgumentHelp(
        "Folder of join plugins (default: lib/tenon/plugins beside the program's folder).",
        valueName: "folder"))
    var pluginDir: String?

    @Option(
      help: ArgumentHelp(
        "PEM chain to show under the public address, instead of one of the host authority.",
        valueName: "file"))
    var webCert: String?

    @Option(help: ArgumentHelp("PEM private key of --web-cert.", valueName: "file"))
    var webKey: String?

    @Option(
      help: ArgumentHelp(
        "Answer /livez, /readyz and /metrics there, over plain HTTP (default: nowhere).",
        valueName: "host:port"))
    var metricsAddr: String?

    @Option(help: ArgumentHelp("Format of log lines: text or json.", valueName: "format"))
    var logFormat = "text"

    @Flag(name: [.customShort("d"), .long], help: "Log more.")
    var debug = false

    func run() async throws {
      guard let suite = SignatureSuite(rawValue: suite) else {
        throw CommandFailure(
          "--suite \(suite): unknown; use balanced-v1, legacy, fips-v1 or hsm-v1")
      }
      guard let format = LineLog.Format(rawValue: logFormat) else {
        throw CommandFailure("--log-format \(logFormat): unknown; use text or json")
      }
      guard (webCert == nil) == (webKey == nil) else {
        throw CommandFailure("--web-cert and --web-key belong together; pass both")
      }
      let log = LineLog(format: format, isVerbose: debug)
      if !Program.hideMemory() { log.warning("core dumps of this process could not be turned off") }
      let server = try await AuthorityServer(
        AuthorityOptions(
          dataDirectory: try absolute(dataDir, "--data-dir"), clusterName: clusterName,
          listen: listen, publicAddress: publicAddr,
          adminSocket: try absolute(adminSocket, "--admin-socket"), suite: suite,
          pluginDirectory: try absolute(pluginDir ?? Program.pluginDirectory, "--plugin-dir"),
          webCertificate: webCert.flatMap { chain in webKey.map { (chain, $0) } },
          metricsAddress: metricsAddr), log: log)
      let signals = Task {
        for await request in Signals.requests() where request == .stop {
          log.info("stopping")
          server.stop()
        }
      }
      defer { signals.cancel() }
      try await server.run()
    }

    private func absolute(_ path: String, _ flag: String) throws(CommandFailure) -> String {
      if path.hasPrefix("/") { return path }
      if path.isEmpty { throw CommandFailure("\(flag) is empty; name a path") }
      guard let current = getcwd(nil, 0) else {
        throw CommandFailure("the current folder does not exist; use absolute paths")
      }
      defer { free(current) }
      return String(cString: current) + "/" + path
    }
  }
}
