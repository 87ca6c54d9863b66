import Documents
import PluginHost
import Wire
import YAML

/// The tokens of one join method as a plugin's command reaches them: through the admin socket, as
/// everything in `tenonctl`.
struct AdminTokens: TokenAccess {
  let client: AdminClient
  /// The method that the plugin's manifest names; other tokens are none of its business.
  let method: String

  func get(_ name: String) async throws(PluginFailure) -> [UInt8] {
    let (node, revision) = try await fetch(name)
    let token = TokenResource(node)
    return JSON.serialize(
      .object([
        ("name", .text(token.name)), ("bot_name", .text(token.botName)),
        ("spec", token.methodSpec.members == nil ? .object([]) : token.methodSpec),
        ("status", token.methodStatus.members == nil ? .object([]) : token.methodStatus),
        ("revision", .integer(Int64(truncatingIfNeeded: revision))),
        ("locks", .array(try await locks(on: name).map { .text($0.text) })),
      ]))
  }

  func update(
    _ name: String, spec: [UInt8], status: [UInt8], revision: Int64, unlocks: Bool
  ) async throws(PluginFailure) {
    let (node, _) = try await fetch(name)
    let sections: (spec: Node, status: Node)
    do {
      sections = (try JSON.parse(spec), try JSON.parse(status))
    } catch {
      throw failure(.invalidArgument, "what was to be written is no JSON: \(error.message)")
    }
    guard let whole = node["spec"] else {
      throw failure(.corruptState, "token \(name.excerpt) has no spec", "create it again")
    }
    let changed = node.setting("spec", whole.setting(method, sections.spec))
    let yaml = Array(
      YAML.serialize(
        TokenResource.completed(changed, method: method, status: sections.status)
      ).utf8)
    do throws(RPCError) {
      try await client.replace(
        yaml: yaml, revision: UInt64(bitPattern: revision), unlocks: unlocks)
    } catch {
      throw failure(error, name)
    }
  }

  private func fetch(_ name: String) async throws(PluginFailure) -> (Node, UInt64) {
    let found: FetchedResource
    do throws(RPCError) {
      found = try await client.fetch(kind: "token", name: name)
    } catch {
      throw failure(error, name)
    }
    guard let node = try? JSON.parse(found.document) else {
      throw failure(.corruptState, "token \(name.excerpt) cannot be read", "restore a backup")
    }
    let used = TokenResource(node).joinMethod
    guard used == method else {
      throw failure(
        .refused, "token \(name.excerpt) has the join method \(used.excerpt), not \(method)",
        "`tctl tokens ls` shows the method of each token")
    }
    return (node, found.revision)
  }

  private func locks(on name: String) async throws(PluginFailure) -> [LockResource] {
    let all: [UInt8]
    do throws(RPCError) {
      all = try await client.get(kind: "lock", name: nil)
    } catch {
      throw failure(error, name)
    }
    let locks = ((try? JSON.parse(all))?.list ?? []).map { LockResource($0) }
    return locks.filter { $0.target == .joinToken(name) }
  }

  private func failure(_ error: RPCError, _ name: String) -> PluginFailure {
    switch error.code {
    case .notFound:
      failure(
        .notFound, "there is no token \(name.excerpt)", "`tctl tokens ls` shows what there is")
    case .compareFailed:
      failure(.busy, "token \(name.excerpt) was changed by somebody else", "run the command again")
    case .badParameter: failure(.invalidConfig, error.message)
    default: failure(.unavailable, error.message)
    }
  }

  private func failure(
    _ code: PluginFailure.Code, _ message: String, _ hint: String = ""
  ) -> PluginFailure {
    PluginFailure(pluginID: "tenonctl", code: code, message: message, hint: hint)
  }
}
