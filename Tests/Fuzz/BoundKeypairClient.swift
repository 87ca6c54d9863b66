// modules: Documents PluginKit BoundKeypairMessages BoundKeypairAuthority
// sources: Tests/Fuzz/Support/FuzzHost.swift
import BoundKeypairAuthority
import Documents
import PluginKit

/// A client that sends anything: the first byte chooses the token, then come messages with a length
/// byte pair in front. Accepted is only who went through a challenge.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  var rest = Array(UnsafeBufferPointer(start: data, count: count))[...]
  guard let choice = rest.popFirst() else { return 0 }
  func message() -> [UInt8] {
    guard let high = rest.popFirst(), let low = rest.popFirst() else { return [] }
    let bytes = Array(rest.prefix(Int(high) << 8 | Int(low)))
    rest = rest.dropFirst(bytes.count)
    return bytes
  }
  let status: [(String, Node)] =
    choice & 1 == 0
    ? [("registration_secret", .text("s"))]
    : [
      ("bound_public_key", .text("key x")), ("bound_bot_instance_id", .text("i")),
      ("recovery_count", .integer(choice & 2 == 0 ? 0 : 1)),
    ]
  var spec = Node.object([
    ("recovery", .object([("mode", .text("standard")), ("limit", .integer(5))]))
  ])
  if choice & 4 != 0 { spec = spec.setting("rotate_after", .text("2020-01-01T00:00:00Z")) }
  FuzzHost.lend { host in
    let session = VerifySession(
      .init(
        tokenName: "gate", botName: "b", spec: spec, status: .object(status), role: "Bot",
        initMessage: message(),
        instanceID: choice & 8 == 0 ? "" : "i", lockMessage: choice & 16 == 0 ? "" : "locked"),
      host: host.kit)
    guard var verdict = try? session.begin() else { preconditionFailure("begin was a defect") }
    var challenges = 0
    while case .challenge(let field, _) = verdict {
      challenges += field == 1 ? 1 : 0
      guard !rest.isEmpty else { return }
      guard let next = try? session.step(field: field, solution: message()) else {
        preconditionFailure("a step was a defect")
      }
      verdict = next
    }
    switch verdict {
    case .challenge: break
    case .refuse(let refusal): precondition(!refusal.message.isEmpty && !refusal.audit.isEmpty)
    case .accept:
      precondition(challenges > 0 && choice & 16 == 0)
      guard let concluded = try? session.conclude(instanceID: "new"),
        let stored = try? JSON.parse(concluded.status)
      else { preconditionFailure("conclude was a defect") }
      precondition(stored["bound_public_key"]?.string?.isEmpty == false)
    }
  }
  return 0
}
