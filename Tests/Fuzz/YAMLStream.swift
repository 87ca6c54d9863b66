// modules: Documents YAML
// link: -lyaml
import Documents
import YAML

/// Any bytes: refused with a message, or documents that survive being written.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: count))
  do {
    for node in try YAML.parse(bytes) {
      let text = YAML.serialize(node)
      let limits = Limits(maxBytes: 64 << 20)
      precondition((try? YAML.parse([UInt8](text.utf8), limits: limits)) == [node])
      precondition((try? JSON.parse(JSON.serialize(node), limits: limits)) != nil)
    }
  } catch {
    precondition(!error.message.isEmpty)
  }
  return 0
}
