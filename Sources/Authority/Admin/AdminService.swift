import Credentials
import Documents
import Wire

/// What `tenonctl` asks for, over the local socket.
struct AdminService: AdminHandler {
  let cluster: ClusterCore

  func apply(
    yaml: [UInt8], force: Bool, caller: AdminCaller
  ) async throws(RPCError) -> [AppliedResource] {
    do throws(RPCError) {
      var application = try ResourceApplication(cluster: cluster, yaml: yaml, force: force)
      let applied = try await application.run()
      for resource in applied {
        audit(
          "\(resource.kind).\(resource.created ? "create" : "update")", resource.name, caller)
      }
      return applied
    } catch {
      audit("resources.apply", nil, caller, error)
      throw error
    }
  }

  func get(kind: String, name: String?, caller: AdminCaller) async throws(RPCError) -> [UInt8] {
    let kind = try ResourceKind.named(kind)
    guard let name else {
      var nodes: [Node] = []
      for record in try await cluster.store.list(kind.prefix) {
        nodes.append(try Store.document(record))
      }
      return JSON.serialize(.array(nodes))
    }
    guard let found = try await cluster.store.read(kind.prefix + name, { $0 }) else {
      throw missing(kind, name)
    }
    return JSON.serialize(.array([found.node]))
  }

  func fetch(
    kind: String, name: String, caller: AdminCaller
  ) async throws(RPCError) -> FetchedResource {
    let kind = try ResourceKind.named(kind)
    guard let found = try await cluster.store.read(kind.prefix + name, { $0 }) else {
      throw missing(kind, name)
    }
    return FetchedResource(document: found.record.value, revision: found.record.revision)
  }

  func replace(
    yaml: [UInt8], revision: UInt64, unlocks: Bool, caller: AdminCaller
  ) async throws(RPCError) {
    do throws(RPCError) {
      var application = try ResourceApplication(
        cluster: cluster, yaml: yaml, replacing: revision, unlocks: unlocks)
      for resource in try await application.run() {
        audit("\(resource.kind).update", resource.name, caller)
      }
      for lock in application.unlocked { audit("lock.delete", lock, caller) }
    } catch {
      audit("resources.apply", nil, caller, error)
      throw error
    }
  }

  func remove(kind: String, name: String, caller: AdminCaller) async throws(RPCError) {
    let kind = try ResourceKind.named(kind)
    do throws(RPCError) {
      try await delete(kind, name)
      audit("\(kind.rawValue).delete", name, caller)
    } catch {
      audit("\(kind.rawValue).delete", name, caller, error)
      throw error
    }
  }

  func status(caller: AdminCaller) async throws(RPCError) -> ClusterStatus {
    do {
      return ClusterStatus(
        clusterName: cluster.keys.cluster, version: Version.product,
        caPins: [try CertificatePin(cluster.keys.hostTLS.certificate).description])
    } catch {
      throw RPCError(.unknown, "\(error)")
    }
  }

  func export(authority: String, caller: AdminCaller) async throws(RPCError) -> [UInt8] {
    let name = cluster.keys.cluster
    let isTLS = authority.hasPrefix("tls-") || authority == "db"
    let type = authority.hasPrefix("tls-") ? String(authority.dropFirst(4)) : authority
    guard ["user", "host", "db", "spiffe"].contains(type),
      isTLS || ["user", "host"].contains(type),
      let found = cluster.keys.authority(type)
    else {
      throw RPCError(
        .badParameter,
        "there is no authority type \(authority.excerpt); there are user, host, tls-user, tls-host, "
          + "tls-spiffe and db")
    }
    if isTLS { return Array(found.tls.joined().utf8) }
    let lines = found.ssh.map { key in
      type == "user"
        ? "cert-authority \(key) clustername=\(name)&type=user\n"
        : "@cert-authority *.\(name),\(name) \(key) type=host\n"
    }
    return Array(lines.joined().utf8)
  }

  private func delete(_ kind: ResourceKind, _ name: String) async throws(RPCError) {
    var transaction = Transaction()
    transaction.assertions = [.present(kind.prefix + name)]
    transaction.deletes = [kind.prefix + name]
    do {
      try await cluster.store.backend.commit(transaction)
    } catch .conflict {
      throw missing(kind, name)
    } catch {
      throw error.status
    }
  }

  private func missing(_ kind: ResourceKind, _ name: String) -> RPCError {
    RPCError(
      .notFound,
      "\(kind.rawValue) \(name.excerpt) does not exist; `tctl get \(kind.rawValue)` lists what does"
    )
  }

  private func audit(
    _ event: String, _ name: String?, _ caller: AdminCaller, _ failure: RPCError? = nil
  ) {
    var fields: [(String, Node)] = [
      ("success", .flag(failure == nil)), ("uid", .integer(Int64(caller.uid))),
    ]
    if let name { fields.append(("name", .text(name))) }
    if let failure { fields.append(("error", .text(failure.message))) }
    cluster.audit.write(event, fields)
  }
}
