import Documents
import PluginHost
import Wire

/// The kinds of resources an administrator sees.
enum ResourceKind: String, CaseIterable {
  case bot, token, role, lock
  case botInstance = "bot_instance"

  var prefix: String {
    switch self {
    case .bot: BotResource.prefix
    case .token: TokenResource.prefix
    case .role: RoleResource.prefix
    case .lock: LockResource.prefix
    case .botInstance: BotInstanceResource.prefix
    }
  }

  /// The only version each kind has; roles have had several.
  var versions: [String] {
    switch self {
    case .bot, .botInstance: ["v1"]
    case .token, .lock: ["v2"]
    case .role: ["v5", "v6", "v7", "v8"]
    }
  }

  /// Kinds that files may hold; the rest is the authority's own bookkeeping.
  static let applicable: [ResourceKind] = [.bot, .token, .role, .lock]

  /// The kind somebody typed: singular or plural.
  ///
  /// - Throws: `badParameter` with what there is.
  static func named(_ text: String) throws(RPCError) -> ResourceKind {
    let word = text.lowercased()
    for kind in allCases where word == kind.rawValue || word == kind.rawValue + "s" {
      return kind
    }
    let names = allCases.map(\.rawValue)
    throw RPCError(
      .badParameter,
      "there is no resource kind \(text.excerpt); "
        + (KeySuggestion.nearest(to: word, among: names).map { "did you mean \($0)?" }
          ?? "there are \(names.joined(separator: ", "))"))
  }
}
