// modules: Documents PluginKit TPMMessages TPMStructures TPMAuthority
// sources: Tests/Fuzz/Support/FuzzHost.swift
// link: -lcrypto
import Documents
import PluginKit
import TPMAuthority

/// Any JSON as spec and status of a token: every problem has a text, and what is admitted has an empty
/// status.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: count))
  guard let document = try? JSON.parse(bytes) else { return 0 }
  FuzzHost.lend { host in
    guard
      let outcome = try? Admission.admit(
        spec: document["spec"] ?? .null, status: document["status"] ?? .object([]), host: host.kit)
    else { preconditionFailure("a token was a defect") }
    switch outcome {
    case .rejected(let problems):
      precondition(!problems.isEmpty && problems.allSatisfy { !$0.message.isEmpty })
    case .admitted(let status): precondition(status == .object([]))
    }
  }
  return 0
}
