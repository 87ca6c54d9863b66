// modules: Documents PluginKit TPMMessages TPMStructures TPMAuthority
// link: -lcrypto
import PluginKit
import TPMMessages
import TPMStructures

@testable import TPMAuthority

/// Any bytes as an endorsement key and as its certificate. A key that parses has that one encoding, and
/// a credential can be made for it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: count))
  if let key = try? EndorsementKey(parsing: bytes) {
    precondition(key.publicKeyInfo == bytes)
    let name = ObjectName(algorithm: 0x000B, digest: [UInt8](repeating: 1, count: 32))
    let maker = CredentialMaker(endorsement: key, name: name) { count throws(PluginError) in
      [UInt8](repeating: 7, count: count)
    }
    guard let made = try? maker.make([UInt8](repeating: 2, count: 32)) else {
      preconditionFailure("no credential for a key that was accepted")
    }
    precondition((try? CredentialBlob(parsing: made.blob)) != nil)
    precondition((try? EncryptedSeed(parsing: made.secret)) != nil)
  }
  if let sent = try? Endorsement(.certificate(bytes)) {
    precondition(sent.publicHash.utf8.count == 64 && sent.certificateSerial.utf8.count % 3 == 2)
    let judged = try? sent.judged(by: CertificateAuthorities([]), at: 1_893_456_000)
    precondition(judged?.isCertificateVerified == false)
    if let certificate = Certificate(der: bytes, allowsPadding: true) {
      // Trusting itself or not: a verdict, and no crash.
      _ = try? sent.judged(by: CertificateAuthorities([certificate]), at: 1_893_456_000)
    }
  }
  return 0
}
