import ArgumentParser
import Documents
import Wire

/// `bots instances`: the installations of bots, each one line of certificates.
struct BotInstancesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "instances", abstract: "Show the installations of bots.",
    subcommands: [List.self, Show.self], aliases: ["instance"])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "ls", abstract: "Show the installations of one bot or of all.",
      aliases: ["list"])

    @OptionGroup var connection: TenonctlCommand.Connection
    @OptionGroup var options: ListOptions
    @Argument(help: ArgumentHelp("Name of the bot.", valueName: "bot"))
    var bot: String?

    func run() async throws {
      let nodes = try await connection.list("bot_instance").filter {
        bot == nil || $0["spec"]?["bot_name"]?.string == bot
      }
      if options.format == .json { return ListFormat.print(json: .array(nodes)) }
      print(BotInstanceListing.table(nodes), terminator: "")
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Show what is known of one installation.",
      aliases: ["get", "describe"])

    @OptionGroup var connection: TenonctlCommand.Connection
    @OptionGroup var options: ListOptions
    @Argument(help: ArgumentHelp("As `bots instances ls` shows it.", valueName: "bot/uuid"))
    var id: String

    func run() async throws {
      guard let slash = id.firstIndex(of: "/"), slash > id.startIndex,
        id.index(after: slash) < id.endIndex
      else {
        throw CommandFailure("\(id): name bot and installation, as `tctl bots instances ls` does")
      }
      let found = try JSON.parse(try await connection.client.get(kind: "bot_instance", name: id))
      guard let node = found.list?.first else {
        throw CommandFailure("\(id): the authority gave no such installation; ask it again")
      }
      if options.format == .json { return ListFormat.print(json: node) }
      let locks = try await connection.list("lock").map { LockResource($0) }
      print(BotInstanceListing.details(node, locks: locks), terminator: "")
    }
  }
}
