// modules: Documents PluginKit BoundKeypairMessages BoundKeypairAgent
// sources: Tests/Fuzz/Support/FuzzHost.swift
import BoundKeypairAgent
import PluginKit

/// An authority that sends anything to a machine with anything in its history file. The first byte
/// chooses what the rest is: history, challenge, rotation request or result.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  guard count > 0 else { return 0 }
  let bytes = Array(UnsafeBufferPointer(start: data, count: count).dropFirst())
  FuzzHost.lend { drive($0, kind: data[0] % 4, bytes) }
  return 0
}

private func drive(_ host: FuzzHost, kind: UInt8, _ bytes: [UInt8]) {
  host.records["id_bkp"] = [UInt8]("x".utf8)
  host.records["bkp_state"] = [UInt8]("a.b.c".utf8)
  if kind == 0 { host.records["bkp_key_history.json"] = bytes }
  let before = host.records
  guard let session = try? JoinSession.begin(host: host.kit, suite: "legacy", token: "t").session
  else {
    preconditionFailure("a bad history stops a join")
  }
  do {
    switch kind {
    case 0:
      // Whatever the history was, the key of the record answers.
      let challenge = [0x0A, 5] + [UInt8]("key x".utf8) + [0x12, 2, 0x7B, 0x7D]
      precondition((try? session.step(field: 1, message: challenge)) != nil)
    case 1, 2:
      _ = try session.step(field: UInt32(kind), message: bytes)
    default:
      try session.finish(bytes)
      precondition(host.records["bkp_state"]?.isEmpty == false)
      precondition(host.records["id_bkp"]?.isEmpty == false)
    }
  } catch {
    precondition(!error.message.isEmpty)
    precondition(host.records == before, "a refused message changed a record")
  }
}
