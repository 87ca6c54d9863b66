import Foundation
import Testing

@testable import Credentials

/// The small formats below keys and certificates.
@Suite struct FormatTests {
  @Test("base64 agrees with Foundation in both directions, for every length") func base64() {
    for count in 0..<100 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ count) }
      let text = Data(bytes).base64EncodedString()
      #expect(String(decoding: Base64.encode(bytes), as: UTF8.self) == text)
      #expect(Base64.decode(text.utf8) == bytes)
    }
  }

  @Test(
    "base64 that no encoder writes is refused",
    arguments: [
      "A", "AA", "AAA", "AB==", "AAB=", "A===", "====", "AA=A", "AA==AAAA", "AAA AAAA", "AA-_",
    ])
  func badBase64(text: String) {
    #expect(Base64.decode(text.utf8) == nil)
  }

  @Test("PEM is read with any line length, line ending and text around it") func pem() throws {
    let bytes = [UInt8](0..<200)
    let body = String(decoding: Base64.encode(bytes), as: UTF8.self)
    for text in [
      PEMBlock(label: "A B", bytes: bytes).text,
      "-----BEGIN A B-----\r\n\(body)\r\n-----END A B-----\r\n",
      "before\n  -----BEGIN A B-----  \n\n\(body.prefix(3))\n\(body.dropFirst(3))\n-----END A B-----",
      "-----BEGIN A B-----\nComment: x\n\n\(body)\n-----END A B-----\nafter",
    ] {
      #expect(try PEM.parse(text) == [PEMBlock(label: "A B", bytes: bytes)])
    }
    #expect(try PEM.parse("no block").isEmpty)
    let longest = PEMBlock(label: "A", bytes: bytes).text.split(separator: "\n").map(\.count).max()
    #expect(longest == 64)
  }

  @Test(
    "broken PEM is refused, row by row",
    arguments: [
      ("no end", "-----BEGIN A-----\nAAAA\n"),
      ("another label at the end", "-----BEGIN A-----\nAAAA\n-----END B-----\n"),
      ("an end alone", "-----END A-----\n"),
      ("a block inside a block", "-----BEGIN A-----\n-----BEGIN A-----\n-----END A-----\n"),
      ("a body that is no base64", "-----BEGIN A-----\nA*AA\n-----END A-----\n"),
    ])
  func brokenPEM(row: String, text: String) {
    #expect(failure { try PEM.parse(text) }?.code == .malformed, "\(row)")
  }

  @Test("SSH numbers are written without superfluous zeros and read only so") func magnitudes()
    throws
  {
    for (value, encoded) in [
      ([], [0, 0, 0, 0]), ([0, 0], [0, 0, 0, 0]), ([0x7F], [0, 0, 0, 1, 0x7F]),
      ([0x80], [0, 0, 0, 2, 0, 0x80]), ([0, 1, 2], [0, 0, 0, 2, 1, 2]),
    ] as [([UInt8], [UInt8])] {
      var writer = SSHWriter()
      writer.magnitude(value)
      #expect(writer.bytes == encoded)
      var reader = SSHReader(encoded, of: "test")
      #expect(try reader.magnitude("number") == Array(value.drop { $0 == 0 }))
    }
    for bad in [[0, 0, 0, 1, 0x80], [0, 0, 0, 1, 0], [0, 0, 0, 2, 0, 1]] as [[UInt8]] {
      #expect(
        failure {
          var reader = SSHReader(bad, of: "test")
          return try reader.magnitude("number")
        }?.code == .malformed)
    }
  }

  @Test("options of a certificate must be in order and without repetition") func optionOrder()
    throws
  {
    let key = try PrivateKey.generate(.ed25519)
    let authority = SSHAuthority(key: key)
    let content = SSHCertificateContent(
      kind: .user, keyID: "x", principals: ["a"], validAfter: 1, validBefore: 2,
      extensions: ["bb": "", "aa": "v", "cc": ""])
    let blob = try authority.issue(content, for: key.publicKey).blob
    #expect(try SSHCertificate(blob: blob).content == content)
    for (old, new) in [("bb", "aa"), ("bb", "ab"), ("cc", "aa")] {
      let text = Array(old.utf8)
      guard let start = blob.indices.first(where: { blob[$0...].starts(with: text) }) else {
        continue
      }
      var altered = blob
      altered.replaceSubrange(start..<start + 2, with: new.utf8)
      #expect((failure { try SSHCertificate(blob: altered) } == nil) == (new == "ab"), "\(new)")
    }
  }

  @Test("moments are written and read as RFC 3339") func moments() {
    for (seconds, text) in [
      (0, "1970-01-01T00:00:00Z"), (Cluster.now, "2026-01-01T00:00:00Z"),
      (4_102_444_799, "2099-12-31T23:59:59Z"),
    ] {
      #expect(RFC3339.text(seconds) == text)
      #expect(RFC3339.seconds(text) == seconds)
    }
    for text in [
      "", "today", "2026-01-01", "2026-13-01T00:00:00Z", String(repeating: "9", count: 99),
    ] {
      #expect(RFC3339.seconds(text) == nil, "\(text)")
    }
  }

  @Test("wiping leaves nothing behind") func wipe() {
    var secret: [UInt8] = [1, 2, 3]
    secret.wipe()
    #expect(secret.isEmpty)
  }

  @Test("an error reads as a sentence with its remedy") func errors() {
    let error = CredentialError(.expired, "it is over", remedy: "join again")
    #expect("\(error)" == "it is over; join again")
    #expect("\(CredentialError(.expired, "it is over"))" == "it is over")
    #expect(error == CredentialError(.expired, "something else"))
    #expect(error != CredentialError(.missing, "it is over"))
  }
}
