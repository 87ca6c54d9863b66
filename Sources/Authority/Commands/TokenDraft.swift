import ArgumentParser
import Documents
import PluginHost
import YAML

/// The document of a token, from flags.
struct TokenDraft: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How machines prove themselves, by the name of an installed method.", valueName: "method"))
  var joinMethod: String?
  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "A key below the token's section of the method, such as recovery.limit=2; repeatable.",
      valueName: "key=value"))
  var settings: [String] = []

  /// - Throws: ``CommandFailure`` for a setting that cannot be read.
  func node(
    name: String, bot: String, method: String, expires: Int64?
  ) throws(CommandFailure) -> Node {
    var section = Node.object([])
    for setting in settings {
      guard let equals = setting.firstIndex(of: "="), equals > setting.startIndex else {
        throw CommandFailure("--set \(setting): write it as key=value, such as recovery.limit=2")
      }
      let path = setting[..<equals].split(separator: ".", omittingEmptySubsequences: false)
      let text = String(setting[setting.index(after: equals)...])
      guard !path.contains("") else {
        throw CommandFailure("--set \(setting): the key has an empty part")
      }
      do {
        let value = try YAML.parse(Array(text.utf8)).first ?? .text("")
        section = section.setting(path[...], value)
      } catch {
        throw CommandFailure("--set \(setting): \(error.message)")
      }
    }
    var metadata: [(String, Node)] = [("name", .text(name))]
    if let expires { metadata.append(("expires", .text(TimeText.text(expires)))) }
    return .object([
      ("kind", .text("token")), ("version", .text("v2")), ("metadata", .object(metadata)),
      (
        "spec",
        .object([
          ("roles", .array([.text("Bot")])), ("bot_name", .text(bot)),
          ("join_method", .text(method)), (method, section),
        ])
      ),
    ])
  }

  /// A name nobody guesses: 16 random bytes in hex.
  static func randomName() -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: SystemRandom().bytes(16).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
      as: UTF8.self)
  }
}

extension Node {
  /// The map with the member at a path, maps on the way included.
  fileprivate func setting(_ path: ArraySlice<Substring>, _ value: Node) -> Node {
    guard let first = path.first else { return value }
    let key = String(first)
    let inner = self[key].flatMap { $0.members == nil ? nil : $0 } ?? .object([])
    return setting(key, inner.setting(path.dropFirst(), value))
  }
}
