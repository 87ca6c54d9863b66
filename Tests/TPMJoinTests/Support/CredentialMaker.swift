import Foundation
import TPMMessages

/// An authority's side of the ceremony, done by tpm2-tools and openssl: a stack that is not ours.
struct CredentialMaker {
  let tpm: SoftwareTPM
  let attestation: AttestationInit

  init(_ tpm: SoftwareTPM, initMessage: [UInt8]) throws {
    self.tpm = tpm
    attestation = try AttestationInit(parsing: initMessage)
  }

  /// The endorsement key the agent showed, as PEM.
  var endorsementPEM: [UInt8] {
    get throws {
      switch attestation.endorsement {
      case .certificate(let der):
        try Tool.run("openssl", ["x509", "-inform", "DER", "-noout", "-pubkey"], input: der)
      case .publicKey(let der):
        try Tool.run("openssl", ["pkey", "-pubin", "-inform", "DER", "-pubout"], input: der)
      }
    }
  }

  /// Name of the attestation key in hexadecimal: its hash algorithm and its hash.
  var name: String {
    get throws {
      let digest = try Tool.run(
        "openssl", ["dgst", "-sha256", "-binary"], input: attestation.attestationKey)
      return "000b" + digest.map { String(format: "%02x", $0) }.joined()
    }
  }

  /// The challenge that hides `secret` from everybody but the TPM that has both keys.
  func challenge(hiding secret: [UInt8], name: String? = nil) throws -> [UInt8] {
    let key = tpm.file("ek.pem")
    let hidden = tpm.file("secret")
    let output = tpm.file("credential")
    try Data(try endorsementPEM).write(to: URL(fileURLWithPath: key))
    try Data(secret).write(to: URL(fileURLWithPath: hidden))
    try Tool.run(
      "tpm2_makecredential",
      [
        "-T", "none", "-G", "rsa", "-u", key, "-s", hidden, "-n", try name ?? self.name, "-o",
        output,
      ])
    // The tool's own file header: magic and version.
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: output))).dropFirst(8)
    let start = bytes.startIndex
    let size = 2 + (Int(bytes[start]) << 8 | Int(bytes[start + 1]))
    return EncryptedCredential(
      blob: [UInt8](bytes.prefix(size)), secret: [UInt8](bytes.dropFirst(size))
    ).encoded
  }
}
