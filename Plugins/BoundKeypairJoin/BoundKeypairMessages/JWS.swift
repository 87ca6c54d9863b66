public import Documents
public import PluginKit

/// A compact JWS (RFC 7515 section 7.1), read without trusting any of it.
public struct JWS {
  public let header: Node
  public let payload: [UInt8]
  public let signature: [UInt8]
  /// What the signature covers: the first two parts with their dot.
  public let signed: [UInt8]

  /// Nil for anything but three base64url parts whose first is a JSON object. Extensions that must be
  /// understood (`crit`, RFC 7515 section 4.1.11) are refused, as there are none.
  public init?(_ compact: [UInt8]) {
    guard compact.count <= WireMessage.maxBytes else { return nil }
    let parts = compact.split(separator: 0x2E, omittingEmptySubsequences: false)
    guard parts.count == 3, let header = Base64URL.decode(parts[0]),
      let payload = Base64URL.decode(parts[1]), let signature = Base64URL.decode(parts[2]),
      let object = try? JSON.parse(header), object.members != nil, object["crit"] == nil
    else { return nil }
    self.header = object
    self.payload = payload
    self.signature = signature
    signed = [UInt8](compact[..<parts[1].endIndex])
  }

  /// The `alg` header, empty when absent.
  public var algorithm: String { header["alg"]?.string ?? "" }
  /// The `kid` header, nil when absent.
  public var keyID: String? { header["kid"]?.string }

  /// Signs a payload. Header members are written in the order alg, kid, typ.
  public static func make(
    algorithm: String, keyID: String?, payload: [UInt8],
    sign: ([UInt8]) throws(PluginError) -> [UInt8]
  ) throws(PluginError) -> [UInt8] {
    var members: [(String, Node)] = [("alg", .text(algorithm))]
    if let keyID { members.append(("kid", .text(keyID))) }
    members.append(("typ", .text("JWT")))
    let signed =
      Base64URL.encode(JSON.serialize(.object(members))) + [0x2E] + Base64URL.encode(payload)
    return signed + [0x2E] + Base64URL.encode(try sign(signed))
  }
}
