import ArgumentParser
import Documents
import Wire

/// `bots`: machine identities and their installations.
struct BotsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bots", abstract: "List, add and remove bots; show their installations.",
    subcommands: [List.self, BotAddCommand.self, Remove.self, BotInstancesCommand.self],
    aliases: ["bot"])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "ls", abstract: "Show every bot with its roles.")

    @OptionGroup var connection: TenonctlCommand.Connection
    @OptionGroup var options: ListOptions

    func run() async throws {
      let nodes = try await connection.list("bot")
      if options.format == .json { return ListFormat.print(json: .array(nodes)) }
      if nodes.isEmpty { return print("No bots found; make one with `tctl bots add`.") }
      var table = TextTable(["Bot", "User", "Roles"])
      for bot in nodes.map({ BotResource($0) }) {
        table.add([bot.name, bot.userName, bot.roles.joined(separator: ",")])
      }
      print(table.text)
      print("To see the installations of a bot: tctl bots instances ls [name]")
    }
  }

  struct Remove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "rm", abstract: "Remove a bot; its machines get no more certificates.",
      aliases: ["del"])

    @OptionGroup var connection: TenonctlCommand.Connection
    @Argument(help: ArgumentHelp("Name of the bot.", valueName: "name"))
    var name: String

    func run() async throws {
      try await connection.client.remove(kind: "bot", name: name)
      print("Bot \"\(name)\" deleted successfully.")
      let tokens = try await connection.list("token").map { TokenResource($0) }
      for token in tokens where token.botName == name {
        print("It has a join token still: tctl tokens rm \(token.name)")
      }
    }
  }
}
