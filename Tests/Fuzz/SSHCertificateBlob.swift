// sources: Sources/Credentials/Formats/*.swift Sources/Credentials/CredentialError.swift Sources/Credentials/UnixSeconds.swift

/// Any bytes: refused with a reason, or a certificate that keeps what it was read from.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: count))
  guard let certificate = try? SSHCertificate(blob: bytes) else { return 0 }
  precondition(certificate.blob == bytes)
  precondition(certificate.signedCount < bytes.count)
  guard let again = try? SSHCertificate(line: certificate.line) else {
    preconditionFailure("the line of a certificate does not read")
  }
  precondition(again == certificate)
  return 0
}
