/// Ways to break bytes, the same in every run.
enum Hostile {
  /// Every prefix, every flipped bit, one byte more, and what a wicked encoder writes.
  static func variants(of bytes: [UInt8]) -> [[UInt8]] {
    var all = (0..<bytes.count).map { Array(bytes.prefix($0)) }
    for index in bytes.indices {
      for bit in 0..<8 {
        var copy = bytes
        copy[index] ^= 1 << UInt8(bit)
        all.append(copy)
      }
    }
    return all + [bytes + [0], bytes + [0xFF], [UInt8](repeating: 0xFF, count: 64)] + messages
  }

  /// Whole messages that no honest peer sends.
  static let messages: [[UInt8]] = [
    // Field 1 as varint, fixed 64, fixed 32; groups; reserved wire types; field 0.
    [0x08, 0x01], [0x09, 0, 0, 0, 0, 0, 0, 0, 0], [0x0D, 0, 0, 0, 0], [0x0B, 0x0C], [0x0E], [0x0F],
    [0x02, 0x00], [0x00],
    // Lengths beyond the end, up to 2^64-1, and varints that never end.
    [0x0A, 0x05, 0x61], [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x07],
    [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
    [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
    [UInt8](repeating: 0x80, count: 32), [0x0A],
    // A field number beyond 2^29-1.
    [0xFA, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 0x00],
    // Longer than any message may be.
    [0x0A] + Proto.varint(70_000) + [UInt8](repeating: 0x61, count: 70_000),
  ]

  /// Bytes with nothing to recommend them.
  static func random(_ count: Int, seed: UInt64) -> [[UInt8]] {
    var generator = Seeded(seed)
    return (0..<count).map { _ in generator.bytes(generator.below(200)) }
  }

  /// Compact JWS texts that must never be taken, made from a good one.
  static func tokens(from good: [UInt8]) -> [String] {
    let text = String(decoding: good, as: UTF8.self)
    let parts = text.split(separator: ".").map(String.init)
    let (header, payload, signature) = (parts[0], parts[1], parts[2])
    func head(_ json: String) -> String { Token.base64URL([UInt8](json.utf8)) }
    let none = head(#"{"alg":"none","typ":"JWT"}"#)
    // Sixty-four bytes end in a character of which four bits are padding: 'A' spelled 'B'.
    let last = signature.last.map { String($0) } ?? "A"
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    let position = alphabet.firstIndex(of: Character(last)) ?? 0
    return [
      "", ".", "..", "...", "\(header).\(payload)", "\(header).\(payload).",
      ".\(payload).\(signature)",
      "\(header)..\(signature)", text + ".", text + "." + signature, "." + text,
      text + "=", text + "==", text + "\n", " " + text, text + "\0",
      signature.dropLast() + String(alphabet[position ^ 1]),
      "\(header).\(payload).\(signature.dropLast())\(alphabet[position ^ 1])",
      "\(header).\(payload).\(signature)A", "\(header).\(payload).\(signature.dropLast())",
      "\(header).\(payload).\(String(repeating: "A", count: 86))",
      "\(header)=.\(payload).\(signature)", "\(header).\(payload)=.\(signature)",
      header + "." + payload + "." + signature.replacingFirst("_", "/").replacingFirst("-", "+")
        + (signature.contains("_") || signature.contains("-") ? "" : "="),
      "\(none).\(payload).", "\(none).\(payload).\(signature)",
      "\(head(#"{"alg":"HS256","typ":"JWT"}"#)).\(payload).\(signature)",
      "\(head(#"{"alg":"ES256","typ":"JWT"}"#)).\(payload).\(signature)",
      "\(head(#"{"alg":"RS256","typ":"JWT"}"#)).\(payload).\(signature)",
      "\(head(#"{"alg":"eddsa","typ":"JWT"}"#)).\(payload).\(signature)",
      "\(head(#"{"alg":["EdDSA"],"typ":"JWT"}"#)).\(payload).\(signature)",
      "\(head(#"{"typ":"JWT"}"#)).\(payload).\(signature)",
      "\(head(#"{"alg":"EdDSA","alg":"none"}"#)).\(payload).\(signature)",
      "\(head("[]")).\(payload).\(signature)", "\(head("")).\(payload).\(signature)",
      "\(head("{")).\(payload).\(signature)", "\(payload).\(header).\(signature)",
      "\(header).\(head("{}")).\(signature)", "\(header).\(head("null")).\(signature)",
      #"{"protected":"\#(header)","payload":"\#(payload)","signature":"\#(signature)"}"#,
      String(repeating: "A.", count: 30_000), String(repeating: "A", count: 65_000),
    ]
  }

  /// JSON texts for where a claim set or a resource section is expected.
  static let documents: [String] = [
    "", " ", "null", "true", "0", "\"x\"", "[]", "[[[[[", "{", "}", "{}", "{]", "{\"a\"}",
    "{\"a\":}",
    "{\"a\":1,}", "{\"a\":1,\"a\":2}", "\u{FEFF}{}", "{\"a\":\"\\ud800\"}", "{\"a\":\"\\u0000\"}",
    String(repeating: "[", count: 10_000), String(repeating: "{\"a\":", count: 10_000),
    "{\"a\":" + String(repeating: "9", count: 5000) + "}", "{\"a\":1e999999999}", "{\"a\":-}",
    "{\"a\":\"" + String(repeating: "x", count: 50_000) + "\"}", "{\"a\":NaN}", "{'a':1}",
  ]
}

extension String {
  fileprivate func replacingFirst(_ old: Character, _ new: Character) -> String {
    guard let index = firstIndex(of: old) else { return self }
    return String(self[..<index]) + String(new) + self[self.index(after: index)...]
  }
}
