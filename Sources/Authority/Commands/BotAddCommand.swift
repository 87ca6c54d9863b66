import ArgumentParser
import Documents
import PluginHost
import Wire
import YAML

/// `bots add`: a bot, and with a join method a token for its first machine.
struct BotAddCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add", abstract: "Add a bot, with --join-method also a join token for it.")

  @OptionGroup var connection: TenonctlCommand.Connection
  @OptionGroup var options: ListOptions
  @Option(help: ArgumentHelp("Roles it may ask for, separated by commas.", valueName: "a,b"))
  var roles = ""
  @Option(help: ArgumentHelp("A login for its trait `logins`; repeatable.", valueName: "login"))
  var logins: [String] = []
  @Option(
    help: ArgumentHelp(
      "Longest life of its certificates (12h unless given).", valueName: "duration"))
  var maxSessionTtl: String?
  @Option(help: ArgumentHelp("Join with this token, which is there already.", valueName: "token"))
  var token: String?
  @OptionGroup var draft: TokenDraft
  @Option(
    help: ArgumentHelp("How long the new token lasts (default: for ever).", valueName: "duration"))
  var ttl: String?
  @Argument(help: ArgumentHelp("Name of the bot.", valueName: "name"))
  var name: String

  func run() async throws {
    if token != nil, draft.joinMethod != nil {
      throw CommandFailure("--token names a token that is there, --join-method makes one; pass one")
    }
    let client = connection.client
    if let token { try await check(token, client) }
    var documents = [bot]
    var made: (name: String, seconds: Int64?)?
    if let method = draft.joinMethod {
      let seconds = try ttl.map { text throws(CommandFailure) in
        guard let seconds = Durations.seconds(text) else {
          throw CommandFailure("--ttl \(text): no duration; write it like 8h or 90m")
        }
        return seconds
      }
      let now = SystemClock().wallNanoseconds / 1_000_000_000
      let node = try draft.node(
        name: TokenDraft.randomName(), bot: name, method: method,
        expires: seconds.map { now + $0 })
      documents.append(node)
      made = (TokenResource(node).name, seconds)
    }
    let yaml = documents.map { YAML.serialize($0) }.joined(separator: "---\n")
    _ = try await client.apply(yaml: Array(yaml.utf8), force: false)
    report(token ?? made?.name, seconds: made?.seconds)
  }

  private var bot: Node {
    var spec: [(String, Node)] = [
      ("roles", .array(roles.split(separator: ",").map { .text(String($0)) }))
    ]
    if !logins.isEmpty {
      let values = Node.array(logins.map { .text($0) })
      spec.append(("traits", .array([.object([("name", .text("logins")), ("values", values)])])))
    }
    if let maxSessionTtl { spec.append(("max_session_ttl", .text(maxSessionTtl))) }
    return .object([
      ("kind", .text("bot")), ("version", .text("v1")),
      ("metadata", .object([("name", .text(name))])), ("spec", .object(spec)),
    ])
  }

  private func check(_ token: String, _ client: AdminClient) async throws {
    let found = try JSON.parse(try await client.get(kind: "token", name: token)).list?.first
    let resource = TokenResource(found ?? .null)
    guard resource.roles.contains("Bot") else {
      throw CommandFailure("token \(token.excerpt) lets no bot join; name another")
    }
    guard resource.botName == name else {
      throw CommandFailure(
        "token \(token.excerpt) belongs to the bot \(resource.botName.excerpt); name another, or "
          + "make one with --join-method")
    }
  }

  private func report(_ token: String?, seconds: Int64?) {
    let user = BotResource.userName(of: name)
    if options.format == .json {
      var members: [(String, Node)] = [("user_name", .text(user)), ("role_name", .text(user))]
      if let token { members.append(("token_id", .text(token))) }
      if let seconds { members.append(("token_ttl", .integer(seconds * 1_000_000_000))) }
      return ListFormat.print(json: .object(members))
    }
    print("bot \"\(name)\" has been created")
    if let token {
      print("Join token: \(token)")
      print("On the machine, in tbot.yaml: onboarding: {token: \(token), join_method: …}")
    } else {
      print("To let a machine join: tctl tokens add --type bot --bot \(name) --join-method METHOD")
    }
  }
}
