import Foundation
import Testing

@testable import Credentials

/// Keys we cannot or must not use are refused with the reason a person needs.
@Suite struct KeyRefusalTests {
  static let passphrase = ["-N", "a passphrase"]

  @Test(
    "an encrypted private key is refused as encrypted", arguments: ["RFC4716", "PKCS8", "PEM"])
  func encrypted(form: String) throws {
    let folder = try Folder()
    try Program.sshKeygen.run(
      ["-q", "-t", "rsa", "-b", "2048", "-m", form, "-f", folder.path("key")] + Self.passphrase)
    let refusal = failure { try PrivateKey(pem: folder.read("key")) }
    #expect(refusal?.code == .unsupported)
    #expect(refusal?.reason.contains("encrypted") == true)
    #expect(refusal?.remedy.isEmpty == false)
  }

  @Test(
    "a key of an algorithm we do not use is refused",
    arguments: [
      ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"],
      ["-algorithm", "ed448"], ["-algorithm", "X25519"],
      ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"],
      ["-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048"],
    ])
  func algorithms(arguments: [String]) throws {
    let pem = try Program.openssl.run(["genpkey"] + arguments).output
    #expect(failure { try PrivateKey(pem: pem) } != nil)
    let publicPEM = try Program.openssl.run(["pkey", "-pubout"], input: pem).output
    #expect(failure { try PublicKey(pem: publicPEM) } != nil)
  }

  @Test("an RSA key below 2048 bits is refused in SSH form too") func shortRSA() throws {
    let folder = try Folder()
    try Program.sshKeygen.run([
      "-q", "-t", "rsa", "-b", "1024", "-N", "", "-f", folder.path("key"),
    ])
    #expect(
      failure { try PublicKey(authorizedKey: folder.read("key.pub")) }?.code == .unsupported)
    #expect(failure { try PrivateKey(pem: folder.read("key")) }?.code == .unsupported)
  }

  @Test("a private key in a block of another label is read, a public one in none")
  func wrongLabels() throws {
    for algorithm in KeyAlgorithm.allCases {
      let key = try PrivateKey.generate(algorithm)
      let body = try PEM.parse(key.pem)[0].bytes
      for label in PrivateKey.labels {
        let read = try PrivateKey(pem: PEMBlock(label: label, bytes: body).text)
        #expect(read.publicKey == key.publicKey)
      }
      for label in ["CERTIFICATE", "PUBLIC KEY", ""] {
        #expect(failure { try PrivateKey(pem: PEMBlock(label: label, bytes: body).text) } != nil)
        #expect(failure { try PublicKey(pem: PEMBlock(label: label, bytes: body).text) } != nil)
      }
    }
  }

  @Test("no key and several keys are both refused") func count() throws {
    let key = try PrivateKey.generate(.ed25519)
    #expect(failure { try PrivateKey(pem: "") }?.code == .malformed)
    #expect(failure { try PrivateKey(pem: key.pem + key.pem) }?.code == .malformed)
    #expect(
      failure { try PublicKey(pem: key.publicKey.pem + key.publicKey.pem) }?.code == .malformed)
    #expect(try PrivateKey(pem: "a comment\n" + key.pem).publicKey == key.publicKey)
  }

  @Test("a point off the curve and a zero scalar are no keys") func badNumbers() {
    #expect(failure { try PublicKey(.ecdsaP256([4] + [UInt8](repeating: 1, count: 64))) } != nil)
    let even = [UInt8](repeating: 0xFE, count: 256)
    #expect(failure { try PublicKey(.rsa(exponent: [1, 0, 1], modulus: even)) } != nil)
    #expect(failure { try PublicKey(.rsa(exponent: [], modulus: even)) } != nil)
    #expect(
      failure { try PublicKey(.rsa(exponent: [1, 0, 0, 0, 1], modulus: even)) }?.code
        == .unsupported)
  }

  @Test(
    "a line that is no authorized_keys line is refused",
    arguments: [
      ("empty", "", CredentialError.Code.malformed),
      ("one word", "ssh-ed25519", .malformed),
      ("not base64", "ssh-ed25519 ****", .malformed),
      ("options before the type", "restrict " + KeyVectorTests.line, .malformed),
      ("two keys", KeyVectorTests.line + "\n" + KeyVectorTests.line, .malformed),
      ("another type in the key", "ssh-rsa" + KeyVectorTests.line.dropFirst(11), .mismatch),
      ("padding left out", String(KeyVectorTests.line.dropLast(1)), .malformed),
      (
        "security key", "sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29t",
        .unsupported
      ),
    ])
  func lines(row: String, line: String, code: CredentialError.Code) {
    #expect(failure { try PublicKey(authorizedKey: line) }?.code == code, "\(row)")
  }

  @Test("an error shows no control characters of the input and no key material") func errorTexts() {
    let line = "x\u{1b}[31m AAAAA3gbWw=="
    let refusal = failure { try PublicKey(authorizedKey: line) }
    #expect(refusal?.description.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } == true)
    let secret = "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9"
    let broken = "-----BEGIN PRIVATE KEY-----\n\(secret)\n-----END PRIVATE KEY-----\n"
    let refused = failure { try PrivateKey(pem: broken) }
    #expect(refused?.code == .malformed)
    #expect(refused?.description.contains(secret.prefix(12)) == false)
  }
}
