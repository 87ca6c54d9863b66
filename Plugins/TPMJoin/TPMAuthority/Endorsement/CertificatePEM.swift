import PluginKit

/// One certificate in PEM (RFC 7468), as `ekcert_allowed_cas` holds it.
enum CertificatePEM {
  /// The DER inside, or what is wrong with the text.
  enum Outcome {
    case der([UInt8])
    case problem(String)
  }

  private static let begin = [UInt8]("-----BEGIN CERTIFICATE-----".utf8)
  private static let end = [UInt8]("-----END CERTIFICATE-----".utf8)

  static func decode(_ text: String) -> Outcome {
    var lines: [[UInt8]] = []
    for line in [UInt8](text.utf8).split(separator: 0x0A) {
      let trimmed = trim(line)
      if !trimmed.isEmpty { lines.append(trimmed) }
    }
    guard let first = lines.first, let last = lines.last, first == begin, last == end else {
      return .problem(
        "must be one certificate in PEM, from -----BEGIN CERTIFICATE----- to "
          + "-----END CERTIFICATE-----")
    }
    for line in lines.dropFirst().dropLast() where line == begin || line == end {
      return .problem("holds several certificates; give each of them a list item of its own")
    }
    guard let der = Base64.decode([UInt8](lines.dropFirst().dropLast().joined())) else {
      return .problem("is not the base64 of a certificate; copy the file again")
    }
    return .der(der)
  }

  private static func trim(_ line: ArraySlice<UInt8>) -> [UInt8] {
    var rest = line
    while let byte = rest.last, byte == 0x20 || byte == 0x0D || byte == 0x09 { rest.removeLast() }
    while let byte = rest.first, byte == 0x20 || byte == 0x09 { rest.removeFirst() }
    return [UInt8](rest)
  }
}
