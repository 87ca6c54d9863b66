// sources: Sources/Credentials/Formats/*.swift Sources/Credentials/CredentialError.swift Sources/Credentials/UnixSeconds.swift

/// The first byte chooses the form: public key blob, OpenSSH private key, or authorized_keys line.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  guard count > 0 else { return 0 }
  let bytes = Array(UnsafeBufferPointer(start: data, count: count).dropFirst())
  switch data[0] % 3 {
  case 0:
    guard let key = try? PublicKeyMaterial(sshBlob: bytes[...]) else { return 0 }
    precondition(key.sshBlob == bytes)
  case 1:
    guard var key = try? OpenSSHPrivateKey(parsing: bytes) else { return 0 }
    precondition((try? PublicKeyMaterial(sshBlob: key.publicKey.sshBlob[...])) == key.publicKey)
    key.wipe()
  default:
    guard let line = try? AuthorizedKeyLine(parsing: bytes) else { return 0 }
    let text = AuthorizedKeyLine.text(type: line.type, blob: line.blob)
    precondition((try? AuthorizedKeyLine(parsing: text.utf8))?.blob == line.blob)
  }
  return 0
}
