// modules: Documents
// sources: Sources/PluginHost/Manifest/*.swift

/// Any file: refused with a reason, or read within its bounds, notes and dynamic section alike.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: count))
  do {
    let image = try ELFImage(bytes)
    precondition(image.segments.count <= ELFImage.programHeaderLimit)
    _ = image.hasExecutableStack
    if let notes = try? image.notes(owner: "Tenon", type: 0x5445_4E31) {
      precondition(notes.allSatisfy { $0.count <= count })
    }
    let dynamic = try image.dynamic()
    precondition(dynamic.exports.count <= ELFImage.symbolLimit)
  } catch {
    precondition(!error.description.isEmpty)
  }
  return 0
}
