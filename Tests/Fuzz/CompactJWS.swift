// modules: Documents PluginKit BoundKeypairMessages
import BoundKeypairMessages
import Documents
import PluginKit

/// Any text: no JWS, or one that has no other spelling.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: count))
  guard let jws = JWS(bytes) else { return 0 }
  precondition(bytes.starts(with: jws.signed))
  precondition(bytes == jws.signed + [0x2E] + Base64URL.encode(jws.signature))
  precondition(jws.signed.reversed().starts(with: Base64URL.encode(jws.payload).reversed()))
  precondition(jws.header.members != nil && jws.header["crit"] == nil)
  _ = (jws.algorithm, jws.keyID)
  return 0
}
