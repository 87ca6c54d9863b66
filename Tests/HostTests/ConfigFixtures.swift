@testable import Host
@testable import PluginHost

/// Plugins that exist only as declarations.
struct FakePlugins: PluginDeclarations {
  var directory = "/usr/lib/tenon/plugins"

  static let badge = JoinMethodDeclaration(
    name: "badge", initField: nil,
    config: [
      .named(
        "pin_code", .string, help: "the code of the badge", isRequired: true,
        isSecret: true, environment: "BADGE_PIN", file: "pin_code_path"
      ).with { ($0.flag, $0.isJoinURIParameter) = ("--pin-code", true) },
      .named("pin_code_path", .path, help: "file that holds the code")
        .with { ($0.flag, $0.alias) = ("--pin-code-file", "code_path") },
      .named("attempts", .int, help: "how often to try", defaultValue: "3")
        .with { $0.flag = "--attempts" },
      .named("patience", .duration, help: "how long to wait"),
      .named("readers", .list, help: "names of readers").with { $0.flag = "--reader" },
    ])
  static let ticket = JoinMethodDeclaration(
    name: "ticket", initField: 9,
    config: [.named("colour", .string, help: "of the ticket").with { $0.flag = "--colour" }])
  static let cards = OutputDeclaration(
    type: "cards", needsDirectory: false,
    config: [
      .named("cluster", .string, help: "leaf cluster"),
      .named(
        "colour", .choice, help: "of the card", defaultValue: "on",
        values: ["on", "off"]),
      .named("laminated", .bool, help: "whether it is", defaultValue: "false"),
    ])
  static let folders = OutputDeclaration(type: "folders/v2", needsDirectory: true, config: [])

  var joinMethods = [badge, ticket]
  var outputs = [cards, folders]

  func joinMethodDeclaration(_ name: String) throws(PluginRefusal) -> JoinMethodDeclaration {
    guard let method = joinMethods.first(where: { $0.name == name }) else {
      throw missing("join method", name)
    }
    return method
  }

  func outputDeclaration(_ type: String) throws(PluginRefusal) -> OutputDeclaration {
    guard let output = outputs.first(where: { $0.type == type }) else {
      throw missing("output", type)
    }
    return output
  }

  var outputTypes: [String] { outputs.map(\.type) }

  private func missing(_ what: String, _ name: String) -> PluginRefusal {
    PluginRefusal(
      check: "catalog-missing", path: directory,
      reason: "no installed plugin offers the \(what) \"\(name)\"",
      remedy: "install it into \(directory)")
  }
}

extension ConfigKey {
  func with(_ change: (inout ConfigKey) -> Void) -> ConfigKey {
    var key = self
    change(&key)
    return key
  }

  static func named(
    _ key: String, _ kind: Kind, help: String, defaultValue: String? = nil,
    isRequired: Bool = false, isSecret: Bool = false, values: [String] = [],
    environment: String? = nil, file: String? = nil
  ) -> ConfigKey {
    ConfigKey(
      key: key, kind: kind, help: help, defaultValue: defaultValue, isRequired: isRequired,
      isSecret: isSecret, values: values, environment: environment, file: file)
  }
}

/// Files and variables of a test.
struct World {
  var files: [String: String] = [:]
  var variables: [String: String] = [:]
  var plugins = FakePlugins()

  var surroundings: ConfigSurroundings {
    let files = files
    let variables = variables
    return ConfigSurroundings(
      environment: { variables[$0] },
      readFile: { path, maxBytes in
        guard let text = files[path] else {
          return .failure(.init(reason: "no such file or directory"))
        }
        let bytes = Array(text.utf8)
        return bytes.count > maxBytes
          ? .failure(.init(reason: "it is larger than \(maxBytes) bytes")) : .success(bytes)
      })
  }

  func reader(_ options: StartOptions = StartOptions()) -> ConfigReader {
    ConfigReader(
      options: options, surroundings: surroundings, declarations: { [plugins] _ in plugins })
  }

  func read(
    _ text: String, _ options: StartOptions = StartOptions()
  ) throws(ConfigRefusal) -> AgentConfiguration {
    try reader(options).read(Array(text.utf8), named: "tbot.yaml")
  }

  /// What is said of a document that is refused; empty when it is accepted.
  func refusal(_ text: String, _ options: StartOptions = StartOptions()) -> String {
    do {
      _ = try read(text, options)
      return ""
    } catch {
      return error.description
    }
  }
}
