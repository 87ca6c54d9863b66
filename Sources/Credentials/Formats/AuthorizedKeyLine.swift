/// One line `<type> <base64> [comment]` as in authorized_keys and `.pub` files.
struct AuthorizedKeyLine: Equatable, Sendable {
  let type: String
  let blob: [UInt8]
  let comment: String

  static let maxBytes = 1 << 16

  /// Parses one line; white space around it is tolerated, options before the type are not.
  init(parsing line: some Collection<UInt8>) throws(CredentialError) {
    guard line.count <= Self.maxBytes else {
      throw CredentialError(.malformed, "SSH key line is longer than \(Self.maxBytes) bytes")
    }
    let lines = line.split(whereSeparator: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") })
    let filled = lines.filter {
      !$0.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    }
    guard let only = filled.first, filled.count == 1 else {
      throw CredentialError(.malformed, "expected one SSH key line, found \(filled.count)")
    }
    let words = only.split(
      maxSplits: 2, whereSeparator: { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") })
    guard words.count >= 2 else {
      throw CredentialError(
        .malformed, "SSH key line is not of the form <type> <base64>")
    }
    let type = String(decoding: words[0], as: UTF8.self)
    guard let blob = Base64.decode(words[1]) else {
      throw CredentialError(.malformed, "second word of the SSH key line is not base64")
    }
    let inner = try Self.type(of: blob)
    guard inner == type else {
      throw CredentialError(
        .mismatch, "SSH key line says type \(printable(type)), its key \(printable(inner))")
    }
    self.type = type
    self.blob = blob
    comment = words.count == 3 ? String(decoding: words[2], as: UTF8.self) : ""
  }

  /// The type a blob names at its start, refused unless it can stand in a line and in a list.
  static func type(of blob: [UInt8]) throws(CredentialError) -> String {
    var reader = SSHReader(blob, of: "SSH key")
    let type = try reader.text("key type")
    let fits = type.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "$") }
    guard fits, !type.isEmpty, type.utf8.count <= 64 else {
      throw CredentialError(.malformed, "SSH key has the impossible type \(printable(type))")
    }
    return type
  }

  /// `<type> <base64>`, no newline.
  static func text(type: String, blob: [UInt8]) -> String {
    type + " " + String(decoding: Base64.encode(blob), as: UTF8.self)
  }
}
