// modules: Documents
import Documents

/// Any bytes: refused with a position inside the text, or a document that survives being written.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: count))
  do {
    let node = try JSON.parse(bytes)
    for pretty in [false, true] {
      let text = JSON.serialize(node, pretty: pretty)
      precondition((try? JSON.parse(text, limits: Limits(maxBytes: 64 << 20))) == node)
    }
  } catch {
    let lines = bytes.reduce(1) { $1 == 0x0A ? $0 + 1 : $0 }
    precondition(error.position.line >= 1 && error.position.line <= lines)
    precondition(error.position.column >= 1 && error.position.column <= count + 1)
    precondition(UTF8Check.firstInvalid([UInt8](error.message.utf8)) == nil)
  }
  return 0
}
