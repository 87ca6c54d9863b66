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
    guard let der = base64(lines.dropFirst().dropLast()) else {
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

  private static func base64(_ lines: ArraySlice<[UInt8]>) -> [UInt8]? {
    var out: [UInt8] = []
    var buffer: UInt32 = 0
    var digits = 0
    var padding = 0
    for line in lines {
      for character in line {
        if character == 0x3D {
          padding += 1
          continue
        }
        guard padding == 0, let value = value(of: character) else { return nil }
        buffer = buffer << 6 | value
        digits += 1
        if digits % 4 == 0 {
          out += [16, 8, 0].map { UInt8(truncatingIfNeeded: buffer >> UInt32($0)) }
          buffer = 0
        }
      }
    }
    guard (digits + padding) % 4 == 0, padding <= 2 else { return nil }
    if padding == 1 {
      out += [UInt8(truncatingIfNeeded: buffer >> 10), UInt8(truncatingIfNeeded: buffer >> 2)]
      return buffer & 0x3 == 0 ? out : nil
    }
    if padding == 2 {
      out.append(UInt8(truncatingIfNeeded: buffer >> 4))
      return buffer & 0xF == 0 ? out : nil
    }
    return out
  }

  private static func value(of character: UInt8) -> UInt32? {
    switch character {
    case 0x41...0x5A: UInt32(character) - 0x41
    case 0x61...0x7A: UInt32(character) - 0x61 + 26
    case 0x30...0x39: UInt32(character) - 0x30 + 52
    case 0x2B: 62
    case 0x2F: 63
    default: nil
    }
  }
}
