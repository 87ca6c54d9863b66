import Foundation
import Testing

@testable import Credentials

/// Keys travel between this program, OpenSSH, OpenSSL and Python's `cryptography` unharmed.
@Suite struct KeyRoundTripTests {
  static let forms: [(type: String, bits: String, form: String, label: String)] = [
    ("ed25519", "256", "RFC4716", "OPENSSH PRIVATE KEY"),
    ("ecdsa", "256", "RFC4716", "OPENSSH PRIVATE KEY"),
    ("rsa", "2048", "RFC4716", "OPENSSH PRIVATE KEY"),
    ("rsa", "3072", "RFC4716", "OPENSSH PRIVATE KEY"),
    ("ecdsa", "256", "PKCS8", "PRIVATE KEY"),
    ("rsa", "2048", "PKCS8", "PRIVATE KEY"),
    ("ecdsa", "256", "PEM", "EC PRIVATE KEY"),
    ("rsa", "2048", "PEM", "RSA PRIVATE KEY"),
  ]

  @Test("a private key written by ssh-keygen is read, whatever its form", arguments: forms)
  func readsSSHKeygen(row: (type: String, bits: String, form: String, label: String)) throws {
    let folder = try Folder()
    try Program.sshKeygen.run([
      "-q", "-t", row.type, "-b", row.bits, "-m", row.form, "-N", "", "-C", "made by a test",
      "-f", folder.path("key"),
    ])
    let text = try folder.read("key")
    try #require(text.contains("BEGIN \(row.label)-----"))
    let key = try PrivateKey(pem: text)
    let line = try folder.read("key.pub")
    #expect(try PublicKey(authorizedKey: line) == key.publicKey)
    #expect(line.hasPrefix(key.publicKey.authorizedKey + " "))
  }

  @Test("ssh-keygen -y reads what we write", arguments: KeyAlgorithm.allCases)
  func sshKeygenReadsOurs(algorithm: KeyAlgorithm) throws {
    let key = try PrivateKey.generate(algorithm)
    let folder = try Folder()
    let path = try folder.write(key.pem, to: "key")
    let result = try Program.sshKeygen.run(["-y", "-f", path], expecting: nil)
    guard result.status == 0 else {
      // OpenSSH before 9.8 reads no PKCS#8 Ed25519; OpenSSL does, see below.
      #expect(algorithm == .ed25519)
      return
    }
    #expect(result.output.hasPrefix(key.publicKey.authorizedKey))
  }

  @Test(
    "ssh-keygen -l agrees on the fingerprint of our public key", arguments: KeyAlgorithm.allCases)
  func fingerprint(algorithm: KeyAlgorithm) throws {
    let key = try PrivateKey.generate(algorithm).publicKey
    let folder = try Folder()
    let path = try folder.write(key.authorizedKey + "\n", to: "key.pub")
    let output = try Program.sshKeygen.run(["-l", "-f", path]).output
    #expect(output.contains(key.sshFingerprint))
  }

  @Test(
    "openssl pkey reads what we write and derives our public key", arguments: KeyAlgorithm.allCases)
  func opensslReadsOurs(algorithm: KeyAlgorithm) throws {
    let key = try PrivateKey.generate(algorithm)
    let output = try Program.openssl.run(["pkey", "-pubout"], input: key.pem).output
    #expect(try PublicKey(pem: output) == key.publicKey)
    #expect(output == PEMBlock(label: "PUBLIC KEY", bytes: key.publicKey.pkixDER).text)
    try Program.openssl.run(["pkey", "-noout", "-check"], input: key.pem)
  }

  @Test(
    "keys of openssl genpkey are read",
    arguments: [
      ["-algorithm", "ed25519"],
      ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
      ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
      ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:4096"],
    ])
  func readsOpenSSL(arguments: [String]) throws {
    let pem = try Program.openssl.run(["genpkey"] + arguments).output
    let key = try PrivateKey(pem: pem)
    let publicPEM = try Program.openssl.run(["pkey", "-pubout"], input: pem).output
    #expect(try PublicKey(pem: publicPEM) == key.publicKey)
    #expect(try PrivateKey(pem: key.pem).publicKey == key.publicKey)
  }

  @Test("a public key in requests is read under either label", arguments: KeyAlgorithm.allCases)
  func labels(algorithm: KeyAlgorithm) throws {
    let key = try PrivateKey.generate(algorithm).publicKey
    #expect(key.pem.hasPrefix(algorithm == .rsa2048 ? "-----BEGIN RSA PUB" : "-----BEGIN PUB"))
    for label in ["PUBLIC KEY", "RSA PUBLIC KEY"] {
      for body in [key.pkixDER, key.pkcs1DER].compactMap({ $0 }) {
        #expect(try PublicKey(pem: PEMBlock(label: label, bytes: body).text) == key)
      }
    }
  }

  static let verifyScript = """
    import sys, base64
    from cryptography.hazmat.primitives import serialization, hashes
    from cryptography.hazmat.primitives.asymmetric import ec, padding, ed25519, rsa, utils
    pem, message, signature = sys.stdin.read().split("|")
    key = serialization.load_pem_public_key(pem.encode())
    message, signature = bytes.fromhex(message), bytes.fromhex(signature)
    if isinstance(key, ed25519.Ed25519PublicKey):
        key.verify(signature, message)
    elif isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
    else:
        r, s = (int.from_bytes(part, "big") for part in (signature[:32], signature[32:]))
        key.verify(utils.encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
    print("good")
    """

  @Test("Python verifies our JOSE signature", arguments: KeyAlgorithm.allCases)
  func pythonVerifies(algorithm: KeyAlgorithm) throws {
    let key = try PrivateKey.generate(algorithm)
    let message = Array("the message".utf8)
    let signature = try key.sign(message)
    let output = try Program.python(
      Self.verifyScript, input: "\(key.publicKey.pem)|\(hex(message))|\(hex(signature))")
    #expect(output == "good\n")
  }

  static let signScript = """
    import sys
    from cryptography.hazmat.primitives import serialization, hashes
    from cryptography.hazmat.primitives.asymmetric import ec, padding, ed25519, rsa, utils
    kind, message = sys.argv[1], bytes.fromhex(sys.argv[2])
    if kind == "EdDSA":
        key = ed25519.Ed25519PrivateKey.generate()
        signature = key.sign(message)
    elif kind == "RS256":
        key = rsa.generate_private_key(65537, 2048)
        signature = key.sign(message, padding.PKCS1v15(), hashes.SHA256())
    else:
        key = ec.generate_private_key(ec.SECP256R1())
        r, s = utils.decode_dss_signature(key.sign(message, ec.ECDSA(hashes.SHA256())))
        signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    line = key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    print(line.decode() + "|" + signature.hex(), end="")
    """

  @Test(
    "we verify the JOSE signature of Python, and no altered one",
    arguments: SignatureScheme.allCases)
  func weVerify(scheme: SignatureScheme) throws {
    let message = Array("the message".utf8)
    let parts = try Program.python(Self.signScript, [scheme.rawValue, hex(message)]).split(
      separator: "|")
    let key = try PublicKey(authorizedKey: String(parts[0]))
    let signature = bytes(hex: String(parts[1]))
    #expect(key.verify(scheme: scheme.rawValue, message: message, signature: signature))
    #expect(!key.verify(scheme: scheme.rawValue, message: message + [0], signature: signature))
    for other in SignatureScheme.allCases where other != scheme {
      #expect(!key.verify(scheme: other.rawValue, message: message, signature: signature))
    }
    for position in signature.indices {
      var altered = signature
      altered[position] ^= 1
      #expect(!key.verify(scheme: scheme.rawValue, message: message, signature: altered))
      let short = Array(signature.prefix(position))
      #expect(!key.verify(scheme: scheme.rawValue, message: message, signature: short))
    }
  }
}

func bytes(hex text: String) -> [UInt8] {
  let digits = Array(text.utf8).map { UInt8(String(UnicodeScalar($0)), radix: 16) ?? 0 }
  return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}
