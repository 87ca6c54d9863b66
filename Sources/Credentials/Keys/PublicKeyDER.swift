import SwiftASN1

/// Takes the numbers out of the DER forms of a public key.
enum PublicKeyDER {
  static let ed25519: ASN1ObjectIdentifier = [1, 3, 101, 112]
  static let ecPublicKey: ASN1ObjectIdentifier = [1, 2, 840, 10045, 2, 1]
  static let prime256v1: ASN1ObjectIdentifier = [1, 2, 840, 10045, 3, 1, 7]
  static let rsaEncryption: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 1, 1]

  /// Reads SubjectPublicKeyInfo, or RSAPublicKey when the first element is a number.
  static func material(of der: [UInt8]) throws -> PublicKeyMaterial {
    guard der.count <= PublicKeyMaterial.maxBytes else {
      throw CredentialError(
        .malformed, "public key is longer than \(PublicKeyMaterial.maxBytes) bytes")
    }
    let root = try DER.parse(der)
    guard case .constructed(let children) = root.content else {
      throw CredentialError(.malformed, "public key is no DER sequence")
    }
    var first = children.makeIterator()
    if first.next()?.identifier == .integer {
      return try rsa(root)
    }
    return try DER.sequence(root, identifier: .sequence) { nodes in
      guard let identifier = nodes.next() else {
        throw CredentialError(.malformed, "public key is an empty DER sequence")
      }
      let (algorithm, curve) = try DER.sequence(identifier, identifier: .sequence) { nodes in
        let algorithm = try ASN1ObjectIdentifier(derEncoded: &nodes)
        let parameters = nodes.next()
        let curve = parameters.flatMap { try? ASN1ObjectIdentifier(derEncoded: $0) }
        return (algorithm, curve)
      }
      let bits = try ASN1BitString(derEncoded: &nodes)
      guard bits.paddingBits == 0 else {
        throw CredentialError(.malformed, "public key has unused bits")
      }
      switch algorithm {
      case ed25519:
        return .ed25519(Array(bits.bytes))
      case ecPublicKey where curve == prime256v1:
        return .ecdsaP256(Array(bits.bytes))
      case rsaEncryption:
        return try rsa(DER.parse(bits.bytes))
      default:
        throw CredentialError(
          .unsupported, "public key algorithm \(algorithm) is not supported",
          remedy: "use Ed25519, ECDSA P-256 or RSA")
      }
    }
  }

  private static func rsa(_ node: ASN1Node) throws -> PublicKeyMaterial {
    try DER.sequence(node, identifier: .sequence) { nodes in
      let modulus = try ArraySlice<UInt8>(derEncoded: &nodes)
      let exponent = try ArraySlice<UInt8>(derEncoded: &nodes)
      return .rsa(
        exponent: Array(exponent.drop { $0 == 0 }), modulus: Array(modulus.drop { $0 == 0 }))
    }
  }
}
