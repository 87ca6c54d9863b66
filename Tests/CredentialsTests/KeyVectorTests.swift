import Foundation
import Testing

@testable import Credentials

/// RFC 8032 section 7.1, test 1, and what follows from it.
@Suite struct KeyVectorTests {
  static let pem = """
    -----BEGIN PRIVATE KEY-----
    MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
    -----END PRIVATE KEY-----

    """
  static let line =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea"
  static let pkix =
    "302a300506032b6570032100d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
  static let keyID = "BuP9j9opu2CrWVV95h7bCuzbIxE0vjDnW0Vfjht5L6k"

  @Test("every encoding of the RFC 8032 key is exact") func encodings() throws {
    let key = try PrivateKey(pem: Self.pem)
    #expect(key.pem == Self.pem)
    #expect(key.publicKey.authorizedKey == Self.line)
    #expect(hex(key.publicKey.pkixDER) == Self.pkix)
    #expect(key.publicKey.keyID == Self.keyID)
    #expect(key.publicKey.pkcs1DER == nil)
  }

  @Test("a compact JWS over the challenge has the known signature") func signature() throws {
    let challenge =
      #"{"iss":"example.com","sub":"BuP9j9opu2CrWVV95h7bCuzbIxE0vjDnW0Vfjht5L6k","aud":"example.com","exp":1767225660,"nbf":1767225590,"iat":1767225600,"nonce":"000102030405060708090a0b0c0d0e0f"}"#
    let header = #"{"alg":"EdDSA","typ":"JWT"}"#
    let input = Base64.encodeURL(header.utf8) + "." + Base64.encodeURL(challenge.utf8)
    let key = try PrivateKey(pem: Self.pem)
    let signature = try key.sign(Array(input.utf8))
    #expect(
      Base64.encodeURL(signature)
        == "_N-u19C9AR__qqKwSfDN2eu0cS1upkZbIoSOLSiZXqx3CEVrxwqgHKJHfvFXw-DZykz-Pl2YCe_CumCJNSkrAQ")
    #expect(
      key.publicKey.verify(scheme: "EdDSA", message: Array(input.utf8), signature: signature))
  }

  @Test("all forms of one public key are equal, and a comment is no part of it") func equality()
    throws
  {
    let key = try PrivateKey(pem: Self.pem).publicKey
    #expect(try PublicKey(authorizedKey: Self.line) == key)
    #expect(try PublicKey(authorizedKey: Self.line + " somebody@somewhere else\n") == key)
    #expect(try PublicKey(pkixDER: key.pkixDER) == key)
    #expect(try PublicKey(pem: key.pem) == key)
    #expect(try PublicKey(sshBlob: key.sshBlob) == key)
    #expect(try PublicKey(text: key.pem) == key)
    #expect(try PublicKey(text: Self.line) == key)
    #expect(try PrivateKey.generate(.ed25519).publicKey != key)
  }

  @Test("no text of a private key shows its numbers") func noLeak() throws {
    let key = try PrivateKey(pem: Self.pem)
    var dumped = ""
    dump(key, to: &dumped)
    for text in ["\(key)", String(reflecting: key), dumped] {
      #expect(text.contains(Self.keyID))
      #expect(!text.contains("157") && !text.lowercased().contains("9d61"))
    }
    #expect(Mirror(reflecting: key).children.isEmpty)
  }

  @Test(
    "the suite decides the algorithm of each purpose",
    arguments: [
      (KeyPurpose.ownIdentity, ["rsa-2048", "ecdsa-p256", "ecdsa-p256", "ecdsa-p256"]),
      (.impersonatedIdentity, ["rsa-2048", "ecdsa-p256", "ecdsa-p256", "ecdsa-p256"]),
      (.workloadIdentity, ["rsa-2048", "ecdsa-p256", "ecdsa-p256", "ecdsa-p256"]),
      (.userCertificateAuthority, ["rsa-2048", "ecdsa-p256", "ecdsa-p256", "ecdsa-p256"]),
      (.hostCertificateAuthority, ["rsa-2048", "ecdsa-p256", "ecdsa-p256", "ecdsa-p256"]),
      (.userSSHAuthority, ["rsa-2048", "ed25519", "ecdsa-p256", "ecdsa-p256"]),
      (.hostSSHAuthority, ["rsa-2048", "ed25519", "ecdsa-p256", "ecdsa-p256"]),
      (.openSSHAuthority, ["rsa-2048", "ed25519", "ecdsa-p256", "ecdsa-p256"]),
      (.databaseCertificateAuthority, ["rsa-2048", "rsa-2048", "rsa-2048", "rsa-2048"]),
      (.databaseClientCertificateAuthority, ["rsa-2048", "rsa-2048", "rsa-2048", "rsa-2048"]),
      (.databaseClient, ["rsa-2048", "rsa-2048", "rsa-2048", "rsa-2048"]),
      (.applicationTokens, ["rsa-2048", "ecdsa-p256", "ecdsa-p256", "ecdsa-p256"]),
      (.openIDProviderTokens, ["rsa-2048", "rsa-2048", "rsa-2048", "rsa-2048"]),
      (.samlProviderCertificateAuthority, ["rsa-2048", "rsa-2048", "rsa-2048", "rsa-2048"]),
      (.workloadCertificateAuthority, ["rsa-2048", "ecdsa-p256", "ecdsa-p256", "ecdsa-p256"]),
      (.workloadTokens, ["rsa-2048", "rsa-2048", "rsa-2048", "rsa-2048"]),
      (.hostSSH, ["rsa-2048", "ed25519", "ecdsa-p256", "ed25519"]),
    ])
  func suites(purpose: KeyPurpose, algorithms: [String]) {
    #expect(
      SignatureSuite.allCases.map { $0.algorithm(for: purpose).rawValue } == algorithms)
  }

  @Test("an unset or unknown suite on the wire is legacy") func unknownSuite() {
    #expect(SignatureSuite(wire: "") == .legacy)
    #expect(SignatureSuite(wire: "unspecified") == .legacy)
    #expect(SignatureSuite(wire: "hsm-v1") == .hsmV1)
    #expect(SignatureSuite(wire: Int32(0)) == .legacy)
    for suite in SignatureSuite.allCases {
      #expect(SignatureSuite(wire: suite.wireNumber) == suite)
    }
  }
}

func hex(_ bytes: some Sequence<UInt8>) -> String {
  bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
}
