/// TPMT_PUBLIC of an asymmetric key (TPM 2.0 part 2, section 12.2.4).
public struct PublicArea: Sendable, Equatable {
  /// TPMT_SYM_DEF_OBJECT. Nothing but the null algorithm has no further fields.
  public struct Symmetric: Sendable, Equatable {
    public var algorithm: UInt16
    /// Zero with the null algorithm.
    public var keyBits: UInt16
    /// Zero with the null algorithm.
    public var mode: UInt16

    public init(algorithm: UInt16, keyBits: UInt16, mode: UInt16) {
      self.algorithm = algorithm
      self.keyBits = keyBits
      self.mode = mode
    }

    public static let none = Symmetric(algorithm: Algorithm.null, keyBits: 0, mode: 0)
  }

  /// TPMT_RSA_SCHEME or TPMT_ECC_SCHEME, or a TPMT_KDF_SCHEME.
  public struct Scheme: Sendable, Equatable {
    public var algorithm: UInt16
    /// Zero where the scheme has none.
    public var hash: UInt16
    /// The count of TPMS_SCHEME_ECDAA, zero elsewhere.
    public var count: UInt16

    public init(_ algorithm: UInt16, hash: UInt16 = 0, count: UInt16 = 0) {
      self.algorithm = algorithm
      self.hash = hash
      self.count = count
    }

    public static let none = Scheme(Algorithm.null)
  }

  /// The part that depends on the type of the key.
  public enum Key: Sendable, Equatable {
    /// `exponent` zero means 65537; `modulus` is big-endian.
    case rsa(keyBits: UInt16, exponent: UInt32, modulus: [UInt8])
    /// Coordinates are big-endian, without a fixed length.
    case ecc(curve: UInt16, kdf: Scheme, x: [UInt8], y: [UInt8])
  }

  public var nameAlgorithm: UInt16
  public var attributes: ObjectAttributes
  public var policy: [UInt8]
  public var symmetric: Symmetric
  public var scheme: Scheme
  public var key: Key

  public init(
    nameAlgorithm: UInt16, attributes: ObjectAttributes, policy: [UInt8], symmetric: Symmetric,
    scheme: Scheme, key: Key
  ) {
    self.nameAlgorithm = nameAlgorithm
    self.attributes = attributes
    self.policy = policy
    self.symmetric = symmetric
    self.scheme = scheme
    self.key = key
  }

  /// The whole of `bytes`, without the size that makes it a TPM2B_PUBLIC.
  public init(parsing bytes: [UInt8]) throws(MalformedStructure) {
    var reader = try StructureReader(bytes, "the public area of the key")
    let type = try reader.u16()
    nameAlgorithm = try reader.u16()
    attributes = ObjectAttributes(rawValue: try reader.u32())
    policy = try reader.sized(limit: 64)
    guard type == Algorithm.rsa || type == Algorithm.ecc else {
      throw reader.malformed("is of no asymmetric kind")
    }
    symmetric = try Self.symmetric(&reader)
    scheme = try Self.scheme(&reader)
    if type == Algorithm.rsa {
      let keyBits = try reader.u16()
      let exponent = try reader.u32()
      key = .rsa(keyBits: keyBits, exponent: exponent, modulus: try reader.sized(limit: 512))
    } else {
      let curve = try reader.u16()
      let kdf = try Self.kdf(&reader)
      let x = try reader.sized(limit: 80)
      key = .ecc(curve: curve, kdf: kdf, x: x, y: try reader.sized(limit: 80))
    }
    try reader.end()
  }

  /// The encoding that the object's name is the digest of.
  public var encoded: [UInt8] {
    var writer = StructureWriter()
    switch key {
    case .rsa: writer.u16(Algorithm.rsa)
    case .ecc: writer.u16(Algorithm.ecc)
    }
    writer.u16(nameAlgorithm)
    writer.u32(attributes.rawValue)
    writer.sized(policy)
    writer.u16(symmetric.algorithm)
    if symmetric.algorithm != Algorithm.null {
      writer.u16(symmetric.keyBits)
      writer.u16(symmetric.mode)
    }
    write(scheme, &writer)
    switch key {
    case .rsa(let keyBits, let exponent, let modulus):
      writer.u16(keyBits)
      writer.u32(exponent)
      writer.sized(modulus)
    case .ecc(let curve, let kdf, let x, let y):
      writer.u16(curve)
      write(kdf, &writer)
      writer.sized(x)
      writer.sized(y)
    }
    return writer.bytes
  }

  private func write(_ scheme: Scheme, _ writer: inout StructureWriter) {
    writer.u16(scheme.algorithm)
    if scheme.algorithm == Algorithm.null || scheme.algorithm == Algorithm.rsaes { return }
    writer.u16(scheme.hash)
    if scheme.algorithm == Algorithm.ecdaa { writer.u16(scheme.count) }
  }

  private static func symmetric(
    _ reader: inout StructureReader
  ) throws(MalformedStructure) -> Symmetric {
    let algorithm = try reader.u16()
    if algorithm == Algorithm.null { return .none }
    let keyBits = try reader.u16()
    return Symmetric(algorithm: algorithm, keyBits: keyBits, mode: try reader.u16())
  }

  private static func scheme(_ reader: inout StructureReader) throws(MalformedStructure) -> Scheme {
    let algorithm = try reader.u16()
    switch algorithm {
    case Algorithm.null, Algorithm.rsaes: return Scheme(algorithm)
    case Algorithm.rsassa, Algorithm.rsapss, Algorithm.oaep, Algorithm.ecdsa, Algorithm.ecdh,
      Algorithm.sm2, Algorithm.ecSchnorr, Algorithm.ecMQV:
      return Scheme(algorithm, hash: try reader.u16())
    case Algorithm.ecdaa:
      let hash = try reader.u16()
      return Scheme(algorithm, hash: hash, count: try reader.u16())
    default: throw reader.malformed("names a scheme that nobody knows")
    }
  }

  private static func kdf(_ reader: inout StructureReader) throws(MalformedStructure) -> Scheme {
    let algorithm = try reader.u16()
    switch algorithm {
    case Algorithm.null: return .none
    case Algorithm.mgf1, Algorithm.kdf1SP800_56A, Algorithm.kdf2, Algorithm.kdf1SP800_108:
      return Scheme(algorithm, hash: try reader.u16())
    default: throw reader.malformed("names a key derivation that nobody knows")
    }
  }
}
