internal import FoundationEssentials
internal import Glibc
internal import NIOCore
internal import NIOPosix
internal import SwiftProtobuf

/// Calls the authority's admin socket. Each call opens its own connection; nothing has to be closed.
public struct AdminClient: Sendable {
  /// Path of the socket.
  public let path: String
  /// How long one call may take.
  public var limit: Duration = .seconds(60)

  /// Creates a client of the socket at `path`.
  public init(path: String) { self.path = path }

  /// Creates (with `force` also replaces) every resource of a multi-document YAML text, or none of them.
  public func apply(yaml: [UInt8], force: Bool) async throws(RPCError) -> [AppliedResource] {
    let request = ProtoAdminRequest.Apply.with {
      $0.yaml = Data(yaml)
      $0.force = force
    }
    guard case .applied(let applied) = try await call(.apply(request)) else { throw unexpected }
    return applied.resources.map {
      AppliedResource(kind: $0.kind, name: $0.name, created: $0.created)
    }
  }

  /// Resources of a kind, or the one with the name, as a JSON array.
  public func get(kind: String, name: String?) async throws(RPCError) -> [UInt8] {
    let request = ProtoAdminRequest.Get.with {
      $0.kind = kind
      if let name { $0.name = name }
    }
    guard case .document(let document) = try await call(.get(request)) else { throw unexpected }
    return Array(document)
  }

  /// One resource with the revision of its record.
  public func fetch(kind: String, name: String) async throws(RPCError) -> FetchedResource {
    let request = ProtoAdminRequest.Fetch.with {
      $0.kind = kind
      $0.name = name
    }
    guard case .fetched(let found) = try await call(.fetch(request)) else { throw unexpected }
    return FetchedResource(document: Array(found.document), revision: found.revision)
  }

  /// Replaces the resource of a text with one document while its record has the revision, and with
  /// `unlocks` removes the locks on it too: both or neither.
  ///
  /// - Throws: also `compareFailed` when somebody changed it meanwhile; fetch it again.
  public func replace(yaml: [UInt8], revision: UInt64, unlocks: Bool) async throws(RPCError) {
    let request = ProtoAdminRequest.Replace.with {
      $0.yaml = Data(yaml)
      $0.revision = revision
      $0.unlock = unlocks
    }
    guard case .done = try await call(.replace(request)) else { throw unexpected }
  }

  /// Removes one resource.
  public func remove(kind: String, name: String) async throws(RPCError) {
    let request = ProtoAdminRequest.Remove.with {
      $0.kind = kind
      $0.name = name
    }
    guard case .done = try await call(.remove(request)) else { throw unexpected }
  }

  /// Describes the cluster.
  public func status() async throws(RPCError) -> ClusterStatus {
    guard case .status(let status) = try await call(.status(.init())) else { throw unexpected }
    return ClusterStatus(
      clusterName: status.clusterName, version: status.version, caPins: status.caPins)
  }

  /// Public part of an authority as text.
  public func export(authority: String) async throws(RPCError) -> [UInt8] {
    let request = ProtoAdminRequest.Export.with { $0.authority = authority }
    guard case .document(let document) = try await call(.export(request)) else { throw unexpected }
    return Array(document)
  }

  private var unexpected: RPCError {
    RPCError(.unknown, "\(path) answered with something else than was asked for")
  }

  private func call(_ call: ProtoAdminRequest.OneOf_Call) async throws(RPCError)
    -> ProtoAdminReply.OneOf_Outcome
  {
    let request = try serialize(ProtoAdminRequest.with { $0.call = call })
    guard request.count <= AdminFrameDecoder.maxBytes else {
      throw RPCError(
        .limitExceeded, "the request is longer than \(AdminFrameDecoder.maxBytes) bytes; split it")
    }
    let exceeded = RPCError(
      .connectionProblem, "\(path) did not answer within \(limit.inWords)", fault: .timedOut)
    let path = path
    let reply = try await withDeadline(limit, exceeded: exceeded) {
      try await AdminExchange.run(path: path, request: request)
    }
    switch try decode(ProtoAdminReply.self, reply, "admin reply").outcome {
    case .failure(let failure):
      throw RPCError(statusCode: Int(failure.code), message: failure.message, mayHaveLines: true)
    case .some(let outcome): return outcome
    case nil: throw unexpected
    }
  }
}
