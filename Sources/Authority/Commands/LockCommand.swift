import ArgumentParser
import Documents
import PluginHost
import Wire
import YAML

/// `lock`: refuse everything that a token or a bot instance asks for.
struct LockCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lock", abstract: "Lock a join token or a bot instance; list and remove locks.",
    subcommands: [Create.self, List.self, Remove.self], defaultSubcommand: Create.self)

  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "create", abstract: "Make a lock; `lock` alone does the same.")

    @OptionGroup var connection: TenonctlCommand.Connection
    @Option(
      help: ArgumentHelp("Lock every join with this token, and what it let in.", valueName: "token")
    )
    var joinToken: String?
    @Option(help: ArgumentHelp("Lock one installation of a bot.", valueName: "uuid"))
    var botInstanceId: String?
    @Option(help: ArgumentHelp("The reason; whoever is locked out reads it.", valueName: "text"))
    var message = ""
    @OptionGroup var lifetime: LifetimeOptions

    func run() async throws {
      let target: LockResource.Target
      switch (joinToken, botInstanceId) {
      case (let token?, nil) where !token.isEmpty: target = .joinToken(token)
      case (nil, let instance?) where !instance.isEmpty: target = .botInstance(instance)
      default:
        throw CommandFailure("name what to lock: either --join-token or --bot-instance-id")
      }
      let now = SystemClock().wallNanoseconds / 1_000_000_000
      let name = UUID.random(SystemRandom())
      var node = LockResource.node(name: name, target: target, message: message, now: now)
      if let end = try lifetime.end(now: now), let metadata = node["metadata"] {
        node = node.setting("metadata", metadata.setting("expires", .text(TimeText.text(end))))
      }
      let client = connection.client
      if case .joinToken(let token) = target {
        do throws(RPCError) {
          _ = try await client.get(kind: "token", name: token)
        } catch {
          guard error.code == .notFound else { throw error }
          connection.note("there is no token \(token.excerpt) now; the lock waits for one")
        }
      }
      _ = try await client.apply(yaml: Array(YAML.serialize(node).utf8), force: false)
      print("Created a lock with name \"\(name)\".")
      print("To remove it: tctl lock rm \(name)")
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "ls", abstract: "Show every lock: what it locks, since when, and why.")

    @OptionGroup var connection: TenonctlCommand.Connection
    @OptionGroup var options: ListOptions

    func run() async throws {
      let locks = try await connection.list("lock")
      if options.format == .json { return ListFormat.print(json: .array(locks)) }
      print(LockListing.text(locks), terminator: "")
    }
  }

  struct Remove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "rm", abstract: "Remove a lock.", aliases: ["del"])

    @OptionGroup var connection: TenonctlCommand.Connection
    @Argument(help: ArgumentHelp("As `lock ls` shows it.", valueName: "name"))
    var name: String

    func run() async throws {
      do throws(RPCError) {
        try await connection.client.remove(kind: "lock", name: name)
      } catch {
        guard error.code == .notFound else { throw error }
        throw CommandFailure("there is no lock \(name.excerpt); `tctl lock ls` shows what there is")
      }
      print("lock \"\(name)\" has been deleted")
    }
  }
}
