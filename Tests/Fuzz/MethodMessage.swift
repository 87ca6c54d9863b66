// modules: Documents PluginKit
import PluginKit

/// Any bytes: refused with a reason, or fields that survive being written.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: count))
  do {
    let message = try WireMessage(parsing: bytes)
    let again = try WireMessage(parsing: message.encoded)
    precondition(again.encoded == message.encoded)
    precondition(message.encoded.count <= bytes.count)
    for number in UInt32(0)..<20 { precondition(message[number] == again[number]) }
  } catch {
    precondition(!error.message.isEmpty)
  }
  return 0
}
