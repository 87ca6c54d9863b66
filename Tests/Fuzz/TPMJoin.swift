// modules: Documents PluginKit TPMMessages TPMStructures TPMAuthority
// sources: Tests/Fuzz/Support/FuzzHost.swift
// link: -lcrypto
import Documents
import PluginKit
import TPMAuthority
import TPMMessages

/// Any bytes as the first message of a join, and as its solution: refused or challenged, never accepted.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: count))
  if let message = try? AttestationInit(parsing: bytes) {
    precondition((try? AttestationInit(parsing: message.encoded)) == message)
  }
  FuzzHost.lend { host in
    let rule = Node.object([("ek_public_hash", .text(String(repeating: "0", count: 64)))])
    let session = VerifySession(
      .init(
        botName: "b", spec: .object([("allow", .array([rule]))]), status: [], initMessage: bytes,
        instanceID: "", lockMessage: ""), host: host.kit)
    guard let verdict = try? session.begin() else {
      preconditionFailure("a message was a defect")
    }
    switch verdict {
    case .accept: preconditionFailure("a join without a proof")
    case .refuse(let refusal): precondition(!refusal.message.isEmpty)
    case .challenge(let field, let message):
      precondition(field == Field.encryptedCredential)
      precondition((try? EncryptedCredential(parsing: message)) != nil)
    }
    guard case .refuse = try? session.step(field: Field.solution, solution: bytes) else {
      preconditionFailure("a solution that no TPM made")
    }
    for event in session.events { precondition((try? JSON.parse(event)) != nil) }
  }
  return 0
}
