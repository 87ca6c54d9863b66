import ArgumentParser
import Documents
import Glibc
import Wire
import YAML

/// The command line of `tenonctl`.
public enum TenonctlCommand {
  static let defaultSocket = "/run/tenon/admin.sock"

  /// Runs it and gives the exit code.
  ///
  /// - Parameter arguments: without the program's name.
  public static func execute(_ arguments: [String]) async -> Int32 {
    let ours = Root.configuration.subcommands.flatMap { command in
      [command._commandName] + command.configuration.aliases
    }
    if arguments.isEmpty || ["help", "-h", "--help"].contains(arguments[0]) {
      let code = await CommandRunner.run(Root.self, arguments)
      if arguments.count < 2 { print(PluginCommands([]).help, terminator: "") }
      return code
    }
    if !ours.contains(arguments[0]), let code = await PluginCommands(arguments).run() {
      return code
    }
    return await CommandRunner.run(Root.self, arguments)
  }

  struct Root: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "tenonctl", abstract: "Administer a tenond on this machine.",
      subcommands: [
        Create.self, Get.self, EditCommand.self, Remove.self, BotsCommand.self,
        TokensCommand.self, LockCommand.self, Status.self, Auth.self, VersionCommand.self,
      ])
  }

  struct Connection: ParsableArguments {
    @Option(
      help: ArgumentHelp(
        "Socket of tenond (default: $TENON_ADMIN_SOCKET, or \(TenonctlCommand.defaultSocket)).",
        valueName: "path"))
    var adminSocket: String?

    var client: AdminClient {
      let environment = getenv("TENON_ADMIN_SOCKET").map { String(cString: $0) } ?? ""
      return AdminClient(
        path: adminSocket ?? (environment.isEmpty ? TenonctlCommand.defaultSocket : environment))
    }

    /// Every resource of a kind.
    func list(_ kind: String) async throws -> [Node] {
      try JSON.parse(try await client.get(kind: kind, name: nil)).list ?? []
    }

    /// A line for people beside the output.
    func note(_ text: String) {
      let bytes = Array("note: \(text)\n".utf8)
      bytes.withUnsafeBytes { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
  }

  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Create resources from a YAML file, all of them or none.")

    @OptionGroup var connection: Connection
    @Flag(name: [.customShort("f"), .long], help: "Replace resources that exist.")
    var force = false
    @Argument(help: "File with one or more documents; standard input when absent or -.")
    var file: String?

    func run() async throws {
      let path = file.flatMap { $0 == "-" ? nil : $0 }
      let yaml: [UInt8]
      do throws(InputFile.Failure) {
        if let path {
          yaml = try InputFile.read(path)
        } else {
          yaml = try InputFile.readStandardInput()
        }
      } catch {
        throw CommandFailure("\(error); name a YAML file, or pipe one in")
      }
      do throws(RPCError) {
        for resource in try await connection.client.apply(yaml: yaml, force: force) {
          print(
            "\(resource.kind) \"\(resource.name)\" has been \(resource.created ? "created" : "updated")"
          )
        }
      } catch {
        let isAboutFile = error.code != .connectionProblem
        throw CommandFailure(error, subject: isAboutFile ? path ?? "standard input" : "")
      }
    }
  }

  struct Get: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show resources.")

    @OptionGroup var connection: Connection
    @Option(help: ArgumentHelp("yaml, json (always an array) or text.", valueName: "format"))
    var format = "yaml"
    @Argument(
      help: ArgumentHelp("bot, token, role, lock or bot_instance.", valueName: "kind[/name]"))
    var resource: String

    func run() async throws {
      guard let format = ResourceFormat(rawValue: format) else {
        throw CommandFailure("--format \(format): unknown; use yaml, json or text")
      }
      let (kind, name) = ResourceName.split(resource)
      let bytes = try await connection.client.get(kind: kind, name: name)
      print(try format.text(bytes), terminator: "")
    }
  }

  struct Remove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "rm", abstract: "Remove a resource.", aliases: ["del"])

    @OptionGroup var connection: Connection
    @Argument(help: ArgumentHelp("What to remove.", valueName: "kind/name"))
    var resource: String

    func run() async throws {
      let (kind, name) = ResourceName.split(resource)
      guard let name else {
        throw CommandFailure("\(resource): name one resource, as in token/example")
      }
      try await connection.client.remove(kind: kind, name: name)
      print("\(kind) \"\(name)\" has been deleted")
    }
  }

  struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show cluster, version and CA pin.")

    @OptionGroup var connection: Connection

    func run() async throws {
      let status = try await connection.client.status()
      print("Cluster  \(status.clusterName)")
      print("Version  \(status.version)")
      for pin in status.caPins { print("CA pin   \(pin)") }
    }
  }

  struct Auth: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Certificate authorities.", subcommands: [Export.self])

    struct Export: AsyncParsableCommand {
      static let configuration = CommandConfiguration(
        abstract: "Print the public part of an authority.")

      @OptionGroup var connection: Connection
      @Option(
        help: ArgumentHelp(
          "user or host (SSH); tls-user, tls-host, tls-spiffe or db (PEM).", valueName: "type"))
      var type: String

      func run() async throws {
        let bytes = try await connection.client.export(authority: type)
        print(String(decoding: bytes, as: UTF8.self), terminator: "")
      }
    }
  }

  struct VersionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "version", abstract: "Print the version.")

    func run() async throws { print("tenonctl v\(Authority.Version.product)") }
  }
}
