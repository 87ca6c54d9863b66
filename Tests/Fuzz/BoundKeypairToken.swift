// modules: Documents PluginKit BoundKeypairMessages BoundKeypairAuthority
// sources: Tests/Fuzz/Support/FuzzHost.swift
import BoundKeypairAuthority
import Documents
import PluginKit

/// Any JSON as spec and status of a token: every problem has a text, and what is admitted is admitted
/// again in the form it was stored.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: count))
  guard let document = try? JSON.parse(bytes) else { return 0 }
  let spec = document["spec"] ?? .null
  func admit(_ status: Node) -> Admission.Outcome {
    FuzzHost.lend { host in
      guard let outcome = try? Admission.admit(spec: spec, status: status, host: host.kit) else {
        preconditionFailure("a token was a defect")
      }
      return outcome
    }
  }
  switch admit(document["status"] ?? .object([])) {
  case .rejected(let problems):
    precondition(!problems.isEmpty && problems.allSatisfy { !$0.message.isEmpty })
  case .admitted(let status):
    guard case .admitted(let again) = admit(status.node) else {
      preconditionFailure("what was stored is not admitted")
    }
    precondition(again.node == status.node)
    precondition((try? JSON.parse(JSON.serialize(status.node))) == status.node)
  }
  return 0
}
