extension SSHCertificateContent {
  /// Everything a signature covers, up to and including the authority's key.
  func encoded(
    nonce: [UInt8], subject: PublicKeyMaterial, authority: PublicKeyMaterial
  ) -> [UInt8] {
    var writer = SSHWriter(capacity: 2048)
    writer.text(subject.sshType + SSHCertificate.suffix)
    writer.string(nonce)
    subject.writeFields(to: &writer)
    writer.uint64(serial)
    writer.uint32(kind.rawValue)
    writer.text(keyID)
    var names = SSHWriter(capacity: 256)
    for principal in principals {
      names.text(principal)
    }
    writer.string(names.bytes)
    writer.uint64(validAfter)
    writer.uint64(validBefore)
    writer.string(Self.encoded(criticalOptions))
    writer.string(Self.encoded(extensions))
    writer.string([])
    writer.string(authority.sshBlob)
    return writer.bytes
  }

  /// Options in the lexical order servers insist on; a value is a string inside a string.
  private static func encoded(_ options: [String: String]) -> [UInt8] {
    var writer = SSHWriter(capacity: 1024)
    let sorted = options.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    for (name, value) in sorted {
      writer.text(name)
      var data = SSHWriter()
      if !value.isEmpty { data.text(value) }
      writer.string(data.bytes)
    }
    return writer.bytes
  }
}
