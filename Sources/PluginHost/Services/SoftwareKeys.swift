import Credentials

/// Keys in this process's memory: the built-in provider.
public struct SoftwareKeys: KeyProvider {
  public init() {}

  public func generate(_ algorithm: String) throws(KeyFailure) -> any HostKey {
    guard let known = KeyAlgorithm(rawValue: algorithm) else {
      throw KeyFailure(.unsupported, "no key algorithm is called \"\(algorithm)\"")
    }
    do {
      return SoftwarePrivateKey(key: try PrivateKey.generate(known))
    } catch {
      throw KeyFailure(.internalError, error.description)
    }
  }

  public func importPrivate(_ pem: [UInt8]) throws(KeyFailure) -> any HostKey {
    do {
      return SoftwarePrivateKey(key: try PrivateKey(pemBytes: pem))
    } catch {
      throw KeyFailure(.invalidArgument, error.description)
    }
  }

  public func importPublic(_ text: [UInt8]) throws(KeyFailure) -> any HostKey {
    do {
      return SoftwarePublicKey(key: try PublicKey(text: String(decoding: text, as: UTF8.self)))
    } catch {
      throw KeyFailure(.invalidArgument, error.description)
    }
  }
}

private struct SoftwarePrivateKey: HostKey {
  let key: PrivateKey

  var scheme: String { key.publicKey.algorithm.scheme.rawValue }
  func publicKey(_ encoding: String) throws(KeyFailure) -> [UInt8] {
    try SoftwarePublicKey(key: key.publicKey).publicKey(encoding)
  }
  func exportPrivate() -> [UInt8] { Array(key.pem.utf8) }
  func sign(_ message: [UInt8]) throws(KeyFailure) -> [UInt8] {
    do {
      return try key.sign(message)
    } catch {
      throw KeyFailure(.internalError, error.description)
    }
  }
  func verify(scheme: String, message: [UInt8], signature: [UInt8]) -> Bool {
    key.publicKey.verify(scheme: scheme, message: message, signature: signature)
  }
}

private struct SoftwarePublicKey: HostKey {
  let key: PublicKey

  var scheme: String { key.algorithm.scheme.rawValue }
  func publicKey(_ encoding: String) throws(KeyFailure) -> [UInt8] {
    switch encoding {
    case "pkix": return key.pkixDER
    case "ssh": return Array(key.authorizedKey.utf8)
    case "key-id": return Array(key.keyID.utf8)
    default: throw KeyFailure(.unsupported, "no public key encoding is called \"\(encoding)\"")
    }
  }
  func exportPrivate() throws(KeyFailure) -> [UInt8] {
    throw KeyFailure(.unsupported, "this is a public key")
  }
  func sign(_ message: [UInt8]) throws(KeyFailure) -> [UInt8] {
    throw KeyFailure(.unsupported, "this is a public key")
  }
  func verify(scheme: String, message: [UInt8], signature: [UInt8]) -> Bool {
    key.verify(scheme: scheme, message: message, signature: signature)
  }
}
