import Credentials
import Documents

/// Protobuf and JWS written by hand, so that the plugin is not checked against itself.
enum Proto {
  static func varint(_ value: UInt64) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = value
    while rest > 127 {
      bytes.append(UInt8(rest & 127) | 128)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }

  static func field(_ number: UInt64, _ value: [UInt8]) -> [UInt8] {
    varint(number << 3 | 2) + varint(UInt64(value.count)) + value
  }

  static func field(_ number: UInt64, _ text: String) -> [UInt8] {
    field(number, [UInt8](text.utf8))
  }

  /// The fields of a message made of nothing but fields of one-byte tags with bytes in them.
  static func read(_ message: [UInt8]) -> [Int: [UInt8]] {
    var fields: [Int: [UInt8]] = [:]
    var rest = message[...]
    func number() -> Int {
      var value = 0
      var shift = 0
      while let byte = rest.popFirst() {
        if shift < 56 { value |= Int(byte & 127) << shift }
        if byte < 128 { break }
        shift += 7
      }
      return value
    }
    while !rest.isEmpty {
      let key = number()
      let count = number()
      fields[key >> 3] = [UInt8](rest.prefix(count))
      rest = rest.dropFirst(count)
    }
    return fields
  }

  static func text(_ message: [UInt8], _ number: Int) -> String {
    String(decoding: read(message)[number] ?? [], as: UTF8.self)
  }
}

enum Token {
  static func base64URL(_ bytes: [UInt8]) -> String {
    let alphabet = [Character](
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    var text = ""
    var bits = 0
    var held = 0
    for byte in bytes {
      held = held << 8 | Int(byte)
      bits += 8
      while bits >= 6 {
        bits -= 6
        text.append(alphabet[held >> bits & 63])
      }
    }
    if bits > 0 { text.append(alphabet[held << (6 - bits) & 63]) }
    return text
  }

  static func decode(_ text: some StringProtocol) -> [UInt8] {
    let alphabet = [Character](
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    var bytes: [UInt8] = []
    var bits = 0
    var held = 0
    for character in text {
      held = (held << 6 | (alphabet.firstIndex(of: character) ?? 0)) & 0xFFFF
      bits += 6
      if bits >= 8 {
        bits -= 8
        bytes.append(UInt8(held >> bits & 255))
      }
    }
    return bytes
  }

  /// A compact JWS. A nil `header` is the right one for the key.
  static func sign(
    _ payload: [UInt8], with key: PrivateKey, keyID: String? = nil, header: String? = nil
  ) throws -> [UInt8] {
    let kid = keyID.map { ",\"kid\":\"\($0)\"" } ?? ""
    let head = header ?? "{\"typ\":\"JWT\",\"alg\":\"\(key.schemeName)\"\(kid)}"
    let signed = base64URL([UInt8](head.utf8)) + "." + base64URL(payload)
    return [UInt8]((signed + "." + base64URL(try key.sign([UInt8](signed.utf8)))).utf8)
  }

  /// The claims of a compact JWS.
  static func claims(_ compact: [UInt8]) throws -> Node {
    let parts = String(decoding: compact, as: UTF8.self).split(separator: ".")
    return parts.count == 3 ? try JSON.parse(decode(parts[1])) : .null
  }
}
