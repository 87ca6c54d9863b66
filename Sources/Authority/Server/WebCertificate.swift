import Credentials
import Wire

/// An operator's own certificate for the web address, from two PEM files.
enum WebCertificate {
  static func read(_ chainPath: String, _ keyPath: String) throws(StartupError) -> ServerCertificate
  {
    let (chainWanted, keyWanted) =
      ("pass a PEM chain with --web-cert", "pass a PEM private key with --web-key")
    let (chainBytes, keyBytes) = (
      try bytes(chainPath, chainWanted), try bytes(keyPath, keyWanted)
    )
    let chain: [TLSCertificate]
    let key: PrivateKey
    do throws(CredentialError) {
      chain = try TLSCertificate.all(pem: chainBytes)
    } catch {
      throw StartupError("\(chainPath): \(error)", remedy: chainWanted)
    }
    do throws(CredentialError) {
      key = try PrivateKey(pemBytes: keyBytes)
    } catch {
      throw StartupError("\(keyPath): \(error)", remedy: keyWanted)
    }
    guard let leaf = chain.first, (try? leaf.publicKey) == key.publicKey else {
      throw StartupError(
        "the key in \(keyPath) is not that of the first certificate in \(chainPath)",
        remedy: "pass the pair that belongs together")
    }
    return ServerCertificate(chain: chain.map(\.der), privateKeyPEM: key.pem)
  }

  private static func bytes(_ path: String, _ wanted: String) throws(StartupError) -> [UInt8] {
    do {
      return try InputFile.read(path)
    } catch {
      throw StartupError(error.description, remedy: wanted)
    }
  }
}
