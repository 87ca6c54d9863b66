import Credentials
import Glibc
import Wire

/// An operator's own certificate for the web address, from two PEM files.
enum WebCertificate {
  static func read(_ chainPath: String, _ keyPath: String) throws(StartupError) -> ServerCertificate
  {
    let chain: [TLSCertificate]
    let key: PrivateKey
    do throws(CredentialError) {
      chain = try TLSCertificate.all(pem: bytes(chainPath))
    } catch {
      throw StartupError("\(chainPath): \(error)", remedy: "pass a PEM chain with --web-cert")
    }
    do throws(CredentialError) {
      key = try PrivateKey(pemBytes: bytes(keyPath))
    } catch {
      throw StartupError("\(keyPath): \(error)", remedy: "pass a PEM private key with --web-key")
    }
    guard let leaf = chain.first, (try? leaf.publicKey) == key.publicKey else {
      throw StartupError(
        "the key in \(keyPath) is not that of the first certificate in \(chainPath)",
        remedy: "pass the pair that belongs together")
    }
    return ServerCertificate(chain: chain.map(\.der), privateKeyPEM: key.pem)
  }

  /// The content of a file of at most 1 MiB.
  private static func bytes(_ path: String) throws(CredentialError) -> [UInt8] {
    guard let file = fopen(path, "re") else {
      throw CredentialError(.missing, String(cString: strerror(errno)))
    }
    defer { fclose(file) }
    var content = [UInt8](repeating: 0, count: PEM.maxBytes)
    let count = content.withUnsafeMutableBytes { raw in
      raw.baseAddress.map { fread($0, 1, raw.count, file) } ?? 0
    }
    guard ferror(file) == 0 else {
      throw CredentialError(.missing, String(cString: strerror(errno)))
    }
    return Array(content.prefix(count))
  }
}
