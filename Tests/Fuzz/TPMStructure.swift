// modules: TPMStructures
import TPMStructures

/// Any bytes as any structure of a TPM; the first byte says as which. What parses is written back as the
/// very same bytes: there is one encoding of each structure, so a name or a hash over it means one thing.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  guard count > 0 else { return 0 }
  let bytes = Array(UnsafeBufferPointer(start: data, count: count).dropFirst())
  func holds(_ written: [UInt8]?) { precondition(written == nil || written == bytes) }
  switch data[0] % 7 {
  case 0: holds((try? PublicArea(parsing: bytes))?.encoded)
  case 1: holds((try? CreationData(parsing: bytes))?.encoded)
  case 2: holds((try? CreationAttestation(parsing: bytes))?.encoded)
  case 3: holds((try? Signature(parsing: bytes))?.encoded)
  case 4: holds((try? CredentialBlob(parsing: bytes))?.encoded)
  case 5: holds((try? EncryptedSeed(parsing: bytes))?.encoded)
  default: holds((try? ObjectName(parsing: bytes))?.encoded)
  }
  return 0
}
