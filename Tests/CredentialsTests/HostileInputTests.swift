import Foundation
import Testing

@testable import Credentials

/// Bytes from strangers are refused with a reason or read; they never stop the program.
@Suite struct HostileInputTests {
  struct Subject: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let bytes: [UInt8]
    /// Whether a part of the whole may still be read, as the first line of a text may.
    var partsMayRead = false
    let read: @Sendable ([UInt8]) throws -> Void
  }

  static let subjects: [Subject] = {
    do { return try makeSubjects() } catch { fatalError("\(error)") }
  }()

  static func makeSubjects() throws -> [Subject] {
    var subjects: [Subject] = []
    let cluster = try Cluster.example.get()
    for algorithm in KeyAlgorithm.allCases {
      let key = try PrivateKey.generate(algorithm)
      let authority = SSHAuthority(key: key)
      let content = SSHUserCertificate(
        identity: Cluster.bot(), validity: Validity(notBefore: 1, notAfter: 2)
      ).content
      let certificate = try authority.issue(content, for: key.publicKey)
      subjects.append(
        Subject(testDescription: "SSH certificate of \(algorithm)", bytes: certificate.blob) {
          let certificate = try SSHCertificate(blob: $0)
          try certificate.verify(authorities: [certificate.authorityKey])
        })
      subjects.append(
        Subject(testDescription: "SSH key of \(algorithm)", bytes: key.publicKey.sshBlob) {
          _ = try PublicKey(sshBlob: $0)
        })
      subjects.append(
        Subject(testDescription: "PKIX key of \(algorithm)", bytes: key.publicKey.pkixDER) {
          _ = try PublicKey(pkixDER: $0)
        })
      subjects.append(
        Subject(
          testDescription: "PEM key of \(algorithm)", bytes: Array(key.pem.utf8),
          partsMayRead: true
        ) { _ = try PrivateKey(pemBytes: $0) })
      let folder = try Folder()
      let type = ["ed25519": "ed25519", "ecdsa-p256": "ecdsa", "rsa-2048": "rsa"][
        algorithm.rawValue]
      try Program.sshKeygen.run(["-q", "-t", type ?? "", "-N", "", "-f", folder.path("key")])
      let blocks = try PEM.parse(folder.read("key"))
      subjects.append(
        Subject(testDescription: "OpenSSH key of \(algorithm)", bytes: blocks[0].bytes) {
          _ = try PrivateKey(PEMBlock(label: "OPENSSH PRIVATE KEY", bytes: $0))
        })
    }
    let leaf = try cluster.certificates(for: cluster.users.key.publicKey)
    subjects.append(
      Subject(testDescription: "X.509 certificate", bytes: leaf.tls.der) {
        _ = try TLSIdentity(TLSCertificate(der: $0))
      })
    subjects.append(
      Subject(
        testDescription: "authorized_keys line", bytes: Array(leaf.ssh.line.utf8),
        partsMayRead: true
      ) { _ = try SSHCertificate(line: $0) })
    return subjects
  }

  @Test("a text cut off anywhere is refused", arguments: subjects)
  func truncations(subject: Subject) throws {
    try subject.read(subject.bytes)
    for count in 0..<subject.bytes.count {
      let refusal = failure { try subject.read(Array(subject.bytes.prefix(count))) }
      if !subject.partsMayRead { #expect(refusal != nil, "\(count) bytes") }
    }
  }

  @Test("one flipped bit is refused or read, and never crashes", arguments: subjects)
  func flips(subject: Subject) throws {
    // An odd step reaches every bit position; fuzzing tries the rest.
    let step = subject.bytes.count * 8 / 1500 | 1
    var refused = 0
    for bit in stride(from: 0, to: subject.bytes.count * 8, by: step) {
      var bytes = subject.bytes
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      do { try subject.read(bytes) } catch {
        #expect(error is CredentialError)
        refused += 1
      }
    }
    #expect(refused > 0)
  }

  @Test("an SSH certificate with any flipped bit is not trusted") func certificateIntegrity() throws
  {
    for subject in Self.subjects where subject.testDescription == "SSH certificate of ed25519" {
      let authority = try SSHCertificate(blob: subject.bytes).authorityKey
      for bit in stride(from: 0, to: subject.bytes.count * 8, by: 3) {
        var bytes = subject.bytes
        bytes[bit / 8] ^= 1 << UInt8(bit % 8)
        #expect(
          failure { try SSHCertificate(blob: bytes).verify(authorities: [authority]) } != nil,
          "bit \(bit)")
      }
    }
  }

  @Test("a length that promises more than there is allocates nothing") func lengths() {
    let huge: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF]
    #expect(failure { try PublicKey(sshBlob: huge) }?.code == .malformed)
    #expect(failure { try SSHCertificate(blob: huge) }?.code == .malformed)
    let long = [UInt8](repeating: 0, count: SSHCertificate.maxBytes + 1)
    #expect(failure { try SSHCertificate(blob: long) }?.code == .malformed)
    #expect(failure { try TLSCertificate(der: long) }?.code == .malformed)
    #expect(failure { try PublicKey(pkixDER: long) }?.code == .malformed)
    #expect(failure { try OpenSSHPrivateKey(parsing: long + [0]) }?.code == .malformed)
    let text = String(repeating: "a", count: PEM.maxBytes + 1)
    #expect(failure { try PEM.parse(text) }?.code == .malformed)
    #expect(failure { try PublicKey(authorizedKey: text) }?.code == .malformed)
  }
}
