/// An SSH certificate authority: a bare key pair that signs certificates.
public struct SSHAuthority: Sendable {
  /// The key that signs.
  public let key: PrivateKey
  private let publicMaterial: PublicKeyMaterial
  private let entropy: Entropy

  /// An authority over a key; nonces come from `entropy`.
  public init(key: PrivateKey, entropy: Entropy = .system) {
    self.key = key
    self.entropy = entropy
    publicMaterial = key.publicKey.material
  }

  /// The authority as it is distributed: one authorized_keys line, no newline.
  public var authorizedKey: String { key.publicKey.authorizedKey }

  /// Signs a certificate for `subject`.
  ///
  /// - Throws: `missing` for a certificate without principals, `malformed` for one that could never
  ///   be valid, `internalFailure` when the crypto library refuses.
  public func issue(
    _ content: SSHCertificateContent, for subject: PublicKey
  ) throws(CredentialError) -> SSHCertificate {
    guard !content.principals.isEmpty, !content.principals.contains("") else {
      throw CredentialError(
        .missing, "SSH certificate for \(printable(content.keyID)) has no or an empty principal",
        remedy: "name at least one login")
    }
    guard content.validAfter < content.validBefore else {
      throw CredentialError(
        .malformed, "SSH certificate for \(printable(content.keyID)) ends before it begins")
    }
    var blob = content.encoded(
      nonce: entropy.bytes(32), subject: subject.material, authority: publicMaterial)
    let signature = try key.sshSignature(of: blob)
    var writer = SSHWriter(capacity: 600)
    writer.string(signature.blob)
    blob += writer.bytes
    return try SSHCertificate(blob: blob)
  }
}
