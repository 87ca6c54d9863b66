import ArgumentParser
import Daemon
import Documents
import Glibc
import PluginHost
import Wire
import YAML

/// `tokens`: what lets machines join.
struct TokensCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokens", abstract: "List, add and remove join tokens.",
    subcommands: [List.self, Add.self, Remove.self], aliases: ["token"])

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case table, text, json
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "ls", abstract: "Show every token: method, bot, end, and how it stands.",
      discussion: "Secrets are not shown: `tctl get token/NAME` has them.")

    @OptionGroup var connection: TenonctlCommand.Connection
    @OptionGroup var plugins: PluginOptions
    @Option(help: ArgumentHelp("table, text (one name per line) or json.", valueName: "format"))
    var format = Format.table
    @Flag(help: "Show the names of tokens whose name is the secret.")
    var withSecrets = false

    func run() async throws {
      let listing = TokenListing(
        tokens: try await connection.list("token"),
        locks: try await connection.list("lock").map { LockResource($0) },
        methods: plugins.catalog.joinVerifiers.compactMap { $0.manifest.joinVerifier },
        showsSecrets: withSecrets)
      switch format {
      case .json: ListFormat.print(json: listing.node)
      case .text: print(listing.names, terminator: "")
      case .table: print(listing.table, terminator: "")
      }
    }
  }

  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "add", abstract: "Add a join token for a bot.")

    @OptionGroup var connection: TenonctlCommand.Connection
    @Option(
      help: ArgumentHelp("Who may join with it; this authority lets bots join.", valueName: "role"))
    var type: String
    @Option(help: ArgumentHelp("The bot that joins with it.", valueName: "name"))
    var bot: String
    @OptionGroup var draft: TokenDraft
    @Option(help: ArgumentHelp("Name of the token (default: a random one).", valueName: "name"))
    var value: String?
    @OptionGroup var lifetime: LifetimeOptions
    @Option(
      help: ArgumentHelp(
        "text (the name alone) or json; instructions unless given.", valueName: "format"))
    var format: ListFormat?

    func run() async throws {
      guard type.lowercased() == "bot" else {
        throw CommandFailure("--type \(type): this authority lets bots join; use --type bot")
      }
      guard let method = draft.joinMethod else {
        throw CommandFailure("name how the machine proves itself with --join-method")
      }
      let now = SystemClock().wallNanoseconds / 1_000_000_000
      let end = try lifetime.end(now: now)
      let name = value ?? TokenDraft.randomName()
      let node = try draft.node(name: name, bot: bot, method: method, expires: end)
      _ = try await connection.client.apply(yaml: Array(YAML.serialize(node).utf8), force: false)
      switch format {
      case .text: print(name)
      case .json:
        var members = [("token", Node.text(name)), ("roles", .array([.text("Bot")]))]
        if let end { members.append(("expires", .text(TimeText.text(end)))) }
        ListFormat.print(json: .object(members))
      case nil:
        print("token \"\(name)\" has been created")
        print("On the machine, in tbot.yaml: onboarding: {token: \(name), join_method: \(method)}")
        print("What the method gives out for the first join: tctl get token/\(name)")
      }
    }
  }

  struct Remove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "rm", abstract: "Remove a token; nobody joins with it any more.",
      aliases: ["del"])

    @OptionGroup var connection: TenonctlCommand.Connection
    @Argument(help: ArgumentHelp("Name of the token.", valueName: "token"))
    var name: String

    func run() async throws {
      try await connection.client.remove(kind: "token", name: name)
      print("Token \(name) has been deleted")
    }
  }
}

/// Where the plugins are whose commands and descriptions `tenonctl` uses.
struct PluginOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Folder of join plugins (default: lib/tenon/plugins beside the program's folder).",
      valueName: "folder"))
  var pluginDir: String?

  var catalog: PluginCatalog { Self.catalog(pluginDir) }

  static func catalog(_ folder: String?) -> PluginCatalog {
    PluginCatalog(
      directory: folder.map { Program.absolute($0) } ?? Program.pluginDirectory,
      policy: LoadPolicy(user: geteuid()))
  }
}
