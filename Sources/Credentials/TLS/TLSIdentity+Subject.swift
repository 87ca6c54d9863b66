import Documents
import SwiftASN1
import X509

extension TLSIdentity {
  /// The subject, one attribute per relative name, every value a UTF8String.
  var subject: DistinguishedName {
    var names: [RelativeDistinguishedName] = []
    names.reserveCapacity(24)
    func add(_ type: ASN1ObjectIdentifier, _ value: String) {
      names.append(RelativeDistinguishedName(.init(type: type, utf8String: value)))
    }
    for attribute in SubjectAttribute.all {
      switch attribute.field {
      case .text(let path):
        let value = self[keyPath: path]
        if !value.isEmpty { add(attribute.type, value) }
      case .list(let path):
        for value in self[keyPath: path] { add(attribute.type, value) }
      case .flag(let path):
        if self[keyPath: path] { add(attribute.type, "true") }
      case .number(let path):
        let value = self[keyPath: path]
        if value != 0 { add(attribute.type, "\(value)") }
      case .moment(let path):
        if let value = self[keyPath: path] { add(attribute.type, RFC3339.text(value)) }
      case .traits(let path):
        let value = self[keyPath: path]
        if !value.isEmpty { add(attribute.type, Traits.json(value)) }
      }
    }
    return DistinguishedName(names)
  }

  /// Reads a subject. Unknown attributes are skipped, the order of repeated ones is kept.
  ///
  /// - Throws: `malformed` for a known attribute that is not a string, occurs twice although it
  ///   holds one value, or does not read as its type; `missing` without CN, or without O and scope.
  init(subject: DistinguishedName) throws(CredentialError) {
    self.init(username: "", roles: [])
    var seen: Set<ASN1ObjectIdentifier> = []
    for name in subject {
      for value in name {
        guard let attribute = SubjectAttribute.byType[value.type] else { continue }
        guard let text = String(value.value) else {
          throw CredentialError(
            .malformed, "attribute \(value.type) of the certificate's subject is not a string")
        }
        if case .list(let path) = attribute.field {
          self[keyPath: path].append(text)
          continue
        }
        guard seen.insert(value.type).inserted else {
          throw CredentialError(
            .malformed, "attribute \(value.type) of the certificate's subject occurs twice")
        }
        guard read(text, into: attribute.field) else {
          throw CredentialError(
            .malformed, "attribute \(value.type) of the certificate's subject does not parse")
        }
      }
    }
    guard !username.isEmpty else {
      throw CredentialError(.missing, "the certificate's subject names no user (CN)")
    }
    guard roles.contains(where: { !$0.isEmpty }) || !scopePin.isEmpty else {
      throw CredentialError(.missing, "the certificate's subject names no role (O)")
    }
  }

  private mutating func read(_ text: String, into field: SubjectAttribute.Field) -> Bool {
    switch field {
    case .text(let path): self[keyPath: path] = text
    case .list(let path): self[keyPath: path].append(text)
    case .flag(let path): self[keyPath: path] = text == "true"
    case .number(let path):
      guard let number = UInt64(text) else { return false }
      self[keyPath: path] = number
    case .moment(let path):
      guard let moment = RFC3339.seconds(text) else { return false }
      self[keyPath: path] = moment
    case .traits(let path):
      guard let traits = Traits.parse(text) else { return false }
      self[keyPath: path] = traits
    }
    return true
  }

  /// Reads the identity out of a certificate's subject.
  ///
  /// - Throws: `malformed` or `missing`.
  public init(_ certificate: TLSCertificate) throws(CredentialError) {
    try self.init(subject: certificate.x509.subject)
  }
}
