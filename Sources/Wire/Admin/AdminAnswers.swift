internal import FoundationEssentials
internal import GRPCCore
internal import SwiftProtobuf

/// Decodes admin requests, asks the handler, encodes replies. Never fails: failures are replies.
struct AdminAnswers: Sendable {
  let handler: any AdminHandler

  func answer(_ request: [UInt8], _ caller: AdminCaller) async -> [UInt8] {
    do {
      let request = try decode(ProtoAdminRequest.self, request, "admin request")
      return try serialize(ProtoAdminReply.with(outcome: try await outcome(of: request, caller)))
    } catch {
      return Self.failure(error)
    }
  }

  /// The reply that stands for an error.
  static func failure(_ error: RPCError) -> [UInt8] {
    let failure = ProtoAdminReply.Failure.with {
      $0.code = Int32(error.statusCode.rawValue)
      $0.message = error.message
    }
    return (try? serialize(ProtoAdminReply.with(outcome: .failure(failure)))) ?? []
  }

  private func outcome(of request: ProtoAdminRequest, _ caller: AdminCaller) async throws(RPCError)
    -> ProtoAdminReply.OneOf_Outcome
  {
    switch request.call {
    case .apply(let call):
      let applied = try await handler.apply(
        yaml: Array(call.yaml), force: call.force, caller: caller)
      return .applied(
        .with {
          $0.resources = applied.map { resource in
            .with {
              $0.kind = resource.kind
              $0.name = resource.name
              $0.created = resource.created
            }
          }
        })
    case .get(let call):
      return .document(
        Data(
          try await handler.get(
            kind: call.kind, name: call.hasName ? call.name : nil, caller: caller)))
    case .fetch(let call):
      let found = try await handler.fetch(kind: call.kind, name: call.name, caller: caller)
      return .fetched(
        .with {
          $0.document = Data(found.document)
          $0.revision = found.revision
        })
    case .replace(let call):
      try await handler.replace(
        yaml: Array(call.yaml), revision: call.revision, unlocks: call.unlock, caller: caller)
      return .done(.init())
    case .remove(let call):
      try await handler.remove(kind: call.kind, name: call.name, caller: caller)
      return .done(.init())
    case .status:
      let status = try await handler.status(caller: caller)
      return .status(
        .with {
          $0.clusterName = status.clusterName
          $0.version = status.version
          $0.caPins = status.caPins
        })
    case .export(let call):
      return .document(Data(try await handler.export(authority: call.authority, caller: caller)))
    case nil:
      throw RPCError(.notImplemented, "this authority does not know the admin request")
    }
  }
}

extension ProtoAdminReply {
  fileprivate static func with(outcome: OneOf_Outcome) -> ProtoAdminReply {
    .with { $0.outcome = outcome }
  }
}
