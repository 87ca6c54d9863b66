import TPMStructures
import Testing

/// One encoding of each structure: what parses is written back as the same bytes.
@Suite("structures of a TPM") struct StructureTests {
  private let point = [UInt8](repeating: 1, count: 32)

  private func area(kdf: UInt16) -> [UInt8] {
    PublicArea(
      nameAlgorithm: Algorithm.sha256, attributes: SoftTPM.keyAttributes, policy: [],
      symmetric: .init(algorithm: Algorithm.aes, keyBits: 128, mode: Algorithm.cfb),
      scheme: .init(Algorithm.ecdaa, hash: Algorithm.sha256, count: 7),
      key: .ecc(
        curve: Curve.p256, kdf: .init(kdf, hash: Algorithm.sha256), x: point, y: point)
    ).encoded
  }

  @Test("a key derivation is one of those the TPM knows")
  func keyDerivation() throws {
    for kdf in [Algorithm.mgf1, Algorithm.kdf1SP800_56A, Algorithm.kdf2, Algorithm.kdf1SP800_108] {
      #expect(try PublicArea(parsing: area(kdf: kdf)).encoded == area(kdf: kdf))
    }
    // A signature scheme in this place would be written shorter than it was read.
    for kdf in [Algorithm.rsaes, Algorithm.ecdaa, Algorithm.rsassa, 0xFFFF] {
      #expect(throws: MalformedStructure.self) { try PublicArea(parsing: area(kdf: kdf)) }
    }
  }

  @Test("creation data may select one bank of registers, and no more")
  func selections() throws {
    var data = SoftTPM.creation
    data.selection = .init(hash: Algorithm.sha256, bitmap: [1, 0, 0])
    #expect(try CreationData(parsing: data.encoded) == data)
    var two = data.encoded
    two[3] = 2
    two.insert(contentsOf: [0, 0x0B, 3, 1, 0, 0], at: 4)
    #expect(throws: MalformedStructure("the creation data selects registers of more than one bank"))
    {
      try CreationData(parsing: two)
    }
    data.selection = .init(hash: Algorithm.sha256, bitmap: [0, 0, 0, 0, 0])
    #expect(throws: MalformedStructure.self) { try CreationData(parsing: data.encoded) }
  }

  @Test("a signature of fewer than eight bytes is too short to be valid")
  func shortSignature() {
    #expect(throws: MalformedStructure("the signature is too short to be valid")) {
      try Signature(parsing: [0, 0x14, 0, 0x0B, 0, 0])
    }
  }
}
