/// An OpenSSH certificate (PROTOCOL.certkeys) for an Ed25519, P-256 or RSA key.
///
/// Parsing checks the form only; ``verify(authorities:)`` checks who signed it.
public struct SSHCertificate: Sendable, Equatable {
  static let suffix = "-cert-v01@openssh.com"
  /// The longest certificate that is looked at.
  public static let maxBytes = 1 << 16
  static let maxPrincipals = 1024

  /// What the certificate says.
  public let content: SSHCertificateContent
  /// The whole certificate as it travels.
  public let blob: [UInt8]

  let type: String
  let subject: PublicKeyMaterial
  let authority: PublicKeyMaterial
  let signature: SSHSignature
  /// How many bytes of `blob` the signature covers.
  let signedCount: Int

  /// Reads a certificate blob.
  ///
  /// - Throws: `malformed`, or `unsupported` for another key type.
  public init(blob: [UInt8]) throws(CredentialError) {
    guard blob.count <= Self.maxBytes else {
      throw CredentialError(.malformed, "SSH certificate is longer than \(Self.maxBytes) bytes")
    }
    var reader = SSHReader(blob, of: "SSH certificate")
    type = try reader.text("type")
    guard type.hasSuffix(Self.suffix) else {
      throw CredentialError(.malformed, "SSH key type \(printable(type)) is no certificate type")
    }
    _ = try reader.string("nonce")
    subject = try PublicKeyMaterial(
      type: String(type.dropLast(Self.suffix.count)), fields: &reader)
    let serial = try reader.uint64("serial")
    let kindNumber = try reader.uint32("kind")
    guard let kind = SSHCertificateContent.Kind(rawValue: kindNumber) else {
      throw CredentialError(.malformed, "SSH certificate is of unknown kind \(kindNumber)")
    }
    let keyID = try reader.text("key ID")
    let principals = try Self.principals(reader.string("principals"))
    let validAfter = try reader.uint64("start of validity")
    let validBefore = try reader.uint64("end of validity")
    let criticalOptions = try Self.options(reader.string("critical options"), "critical options")
    let extensions = try Self.options(reader.string("extensions"), "extensions")
    _ = try reader.string("reserved field")
    authority = try PublicKeyMaterial(sshBlob: reader.string("authority key"))
    signedCount = blob.count - reader.remaining.count
    signature = try SSHSignature(parsing: reader.string("signature"))
    try reader.finish()
    content = SSHCertificateContent(
      kind: kind, keyID: keyID, principals: principals, validAfter: validAfter,
      validBefore: validBefore, serial: serial, criticalOptions: criticalOptions,
      extensions: extensions)
    self.blob = blob
  }

  /// Reads an authorized_keys line; a comment and a final newline are tolerated.
  public init(line: some Collection<UInt8>) throws(CredentialError) {
    try self.init(blob: AuthorizedKeyLine(parsing: line).blob)
  }

  /// Reads an authorized_keys line; a comment and a final newline are tolerated.
  public init(line: String) throws(CredentialError) {
    try self.init(line: line.utf8)
  }

  /// `<type> <base64>`, no newline.
  public var line: String { AuthorizedKeyLine.text(type: type, blob: blob) }

  private static func principals(
    _ bytes: ArraySlice<UInt8>
  ) throws(CredentialError) -> [String] {
    var reader = SSHReader(bytes, of: "principals of SSH certificate")
    var principals: [String] = []
    while !reader.isAtEnd {
      guard principals.count < maxPrincipals else {
        throw CredentialError(
          .malformed, "SSH certificate has more than \(maxPrincipals) principals")
      }
      principals.append(try reader.text("principal"))
    }
    return principals
  }

  private static func options(
    _ bytes: ArraySlice<UInt8>, _ subject: String
  ) throws(CredentialError) -> [String: String] {
    var reader = SSHReader(bytes, of: "\(subject) of SSH certificate")
    var options: [String: String] = [:]
    var last: String?
    while !reader.isAtEnd {
      let name = try reader.text("name")
      let data = try reader.string("value")
      if let last, !last.utf8.lexicographicallyPrecedes(name.utf8) {
        throw CredentialError(.malformed, "\(subject) of SSH certificate are not in lexical order")
      }
      last = name
      guard !data.isEmpty else {
        options[name] = ""
        continue
      }
      var inner = SSHReader(data, of: "option \(printable(name)) of SSH certificate")
      options[name] = try inner.text("value")
      try inner.finish()
    }
    return options
  }
}
