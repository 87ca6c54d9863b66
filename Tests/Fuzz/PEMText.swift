// sources: Sources/Credentials/Formats/*.swift Sources/Credentials/CredentialError.swift Sources/Credentials/UnixSeconds.swift

/// Any text: refused with a reason, or blocks that survive being written and read again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: count))
  guard let blocks = try? PEM.parse(bytes) else { return 0 }
  let text = blocks.map(\.text).joined()
  precondition((try? PEM.parse(text)) == blocks)
  return 0
}
