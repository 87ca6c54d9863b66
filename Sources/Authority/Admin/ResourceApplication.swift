import Documents
import PluginHost
import Wire

/// Applies the documents of one file together, or none of them.
struct ResourceApplication {
  let cluster: ClusterCore
  let force: Bool
  private var file: ResourceFile
  private var transaction = Transaction()
  private var applied: [AppliedResource] = []
  /// What would have been replaced without leave to.
  private var existing: [String] = []
  /// The revision that the one resource of the file must have; nil: any, or none.
  private let revision: UInt64?
  private let unlocks: Bool
  /// Names of the locks that went with it.
  private(set) var unlocked: [String] = []

  /// - Throws: `badParameter` for a file that cannot be read at all.
  init(cluster: ClusterCore, yaml: [UInt8], force: Bool) throws(RPCError) {
    self.cluster = cluster
    self.force = force
    (revision, unlocks) = (nil, false)
    file = try ResourceFile(yaml)
  }

  /// Replaces one resource that is as its reader saw it.
  ///
  /// - Parameter unlocks: whether the locks on it go too.
  /// - Throws: `badParameter` for a file that cannot be read at all or has several documents.
  init(
    cluster: ClusterCore, yaml: [UInt8], replacing revision: UInt64, unlocks: Bool
  ) throws(RPCError) {
    self.cluster = cluster
    force = true
    (self.revision, self.unlocks) = (revision, unlocks)
    file = try ResourceFile(yaml)
    guard file.entries.count < 2 else {
      throw RPCError(.badParameter, "there are several documents; keep the one that is changed")
    }
  }

  /// - Throws: `badParameter` with every problem of the file; `alreadyExists` without force;
  ///   `compareFailed` when somebody else changed one of the resources meanwhile.
  mutating func run() async throws(RPCError) -> [AppliedResource] {
    var completed: [(ResourceFile.Entry, Node)] = []
    for entry in file.entries {
      if let expires = entry.expires, expires <= cluster.now {
        file.note(
          entry.node["metadata"]?["expires"]?.position ?? entry.node.position,
          "metadata.expires is in the past; choose a later time or remove it")
      }
      switch entry.content {
      case .token(let token): completed.append((entry, try await admit(entry, token)))
      case .bot(let bot):
        try await checkRoles(of: bot, entry)
        completed.append((entry, entry.node))
      case .role: completed.append((entry, entry.node))
      case .lock: completed.append((entry, LockResource.dated(entry.node, now: cluster.now)))
      }
    }
    try file.check()
    for (entry, node) in completed { try await add(entry, node) }
    guard existing.isEmpty else {
      throw RPCError(.alreadyExists, existing.joined(separator: "\n"))
    }
    do {
      try await cluster.store.backend.commit(transaction)
    } catch .conflict(let key) {
      throw Self.changed(key)
    } catch {
      throw error.status
    }
    return applied
  }

  private mutating func add(_ entry: ResourceFile.Entry, _ node: Node) async throws(RPCError) {
    let stored = try await cluster.store.read(entry.key) { $0 }
    if let revision {
      guard stored?.record.revision == revision else { throw Self.changed(entry.key) }
      if unlocks { try await unlock(entry) }
    }
    if let stored {
      if !force {
        existing.append(
          "\(entry.kind.rawValue) \(entry.name.excerpt) already exists; use -f or --force to "
            + "replace it")
      }
      transaction.assertions.append(stored.unchanged)
    } else {
      transaction.assertions.append(.absent(entry.key))
    }
    transaction.put(entry.key, JSON.serialize(node), expires: entry.expires)
    applied.append(
      AppliedResource(kind: entry.kind.rawValue, name: entry.name, created: stored == nil))
  }

  private static func changed(_ key: String) -> RPCError {
    RPCError(
      .compareFailed, "\(key.dropFirst()) was changed by somebody else meanwhile, try again")
  }

  /// Removes the locks on a token along with its change, and what would lock it again at once: results
  /// of its joins that nobody may have, because others have replaced them.
  private mutating func unlock(_ entry: ResourceFile.Entry) async throws(RPCError) {
    guard case .token(let token) = entry.content else { return }
    for record in try await cluster.store.list(BotInstanceResource.prefix + token.botName + "/") {
      var instance = BotInstanceResource(try Store.document(record))
      guard instance.joinToken == entry.name, instance.forgiveReplaced() else { continue }
      transaction.assertions.append(.revision(record.key, record.revision))
      transaction.put(record.key, JSON.serialize(instance.node), expires: record.expires)
    }
    for record in try await cluster.store.list(LockResource.prefix) {
      let lock = LockResource(try Store.document(record))
      guard lock.target == .joinToken(entry.name) else { continue }
      transaction.deletes.append(record.key)
      unlocked.append(lock.name)
    }
  }

  /// Whether the resource exists, or will when the file has been applied.
  private func exists(_ kind: ResourceKind, _ name: String) async throws(RPCError) -> Bool {
    if file.entries.contains(where: { $0.kind == kind && $0.name == name }) { return true }
    return try await cluster.store.read(kind.prefix + name) { $0 } != nil
  }

  private mutating func checkRoles(
    of bot: BotResource, _ entry: ResourceFile.Entry
  ) async throws(RPCError) {
    for role in bot.roles where try await !exists(.role, role) {
      file.note(
        entry.node["spec"]?["roles"]?.position ?? entry.node.position,
        "spec.roles names the role \(role.excerpt), which does not exist; create it first, or in "
          + "the same file")
    }
  }

  /// The token's document with the status its method gives it.
  private mutating func admit(
    _ entry: ResourceFile.Entry, _ token: TokenResource
  ) async throws(RPCError) -> Node {
    let spec = entry.node["spec"]
    if !token.botName.isEmpty {
      if try await exists(.bot, token.botName) {
        let key = BotResource.prefix + token.botName
        if !file.entries.contains(where: { $0.key == key }) {
          transaction.assertions.append(.present(key))
        }
      } else {
        file.note(
          spec?["bot_name"]?.position ?? entry.node.position,
          "spec.bot_name names the bot \(token.botName.excerpt), which does not exist; create it "
            + "first, or in the same file")
      }
    }
    guard !token.joinMethod.isEmpty else { return entry.node }
    let outcome: AdmitOutcome
    do {
      let verifier = try cluster.verifiers.entry(token.joinMethod).verifier
      outcome = try await verifier.admit(
        spec: JSON.serialize(token.methodSpec), status: JSON.serialize(token.methodStatus))
    } catch let refusal as PluginRefusal {
      file.note(
        spec?["join_method"]?.position ?? entry.node.position,
        "spec.join_method: \(refusal.reason); \(refusal.remedy)")
      return entry.node
    } catch {
      throw RPCError(.unknown, "the token could not be checked: \(error)")
    }
    switch outcome {
    case .rejected(let notes):
      for note in notes { place(note, entry, method: token.joinMethod) }
      return entry.node
    case .admitted(let status):
      do {
        return TokenResource.completed(
          entry.node, method: token.joinMethod, status: try JSON.parse(status))
      } catch {
        throw RPCError(.unknown, "the verifier gave a status that is no JSON: \(error.message)")
      }
    }
  }

  /// Notes what a verifier found where the file has it.
  private mutating func place(_ note: AdmitNote, _ entry: ResourceFile.Entry, method: String) {
    let path = note.path.split(separator: ".").map(String.init)
    // A verifier names what it dislikes in the status by a path below `status`.
    let isStatus = path.first == "status"
    let full = [isStatus ? "status" : "spec", method] + (isStatus ? path.dropFirst() : path[...])
    file.note(
      entry.node.nearest(full).position, full.joined(separator: ".") + ": " + note.message)
  }
}

extension Node {
  /// The deepest member on a path that is there.
  fileprivate func nearest(_ path: [String]) -> Node {
    guard let first = path.first, let member = self[first] else { return self }
    return member.nearest(Array(path.dropFirst()))
  }
}
