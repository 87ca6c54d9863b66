import Foundation
import PluginKit
import TPMMessages
import TPMStructures
import Testing

@testable import TPMAuthority

/// The one credential whose every byte is published: go-tpm's credential activation vector for RSA,
/// with a seed and padding of zeros.
@Suite("known answers") struct KnownAnswerTests {
  private static let endorsement = """
    MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEArIqmuAvuIcakIEPd2hZlavob21ehQ7zaHduJQNbNuKVSc1HT
    lvw9DkWN03b0SktcRIfsjw/omqPl60RhCx0jqxsYnf5Gk4jhfCnUeQVicAqHnUGrKjMkLIGTZVOpyqBEXHsdhugw6M5H
    VIKyfwNOKhvLZKRH8JkvtElVhLQ6E2+H83XoSpkt9oCnGPyN2Z5qRP+fhQiRylMCD8Rz8ABnYVqGBBrG+2cBt/0uFLjx
    Hx2mm/4sI/1scG5xrcrDLva9WZB40MehW5VlS6Fwqq05dKtLGpk7ludjH38m2zhM5/UdKZ34skJaS/Aiyj+P5AT1BpJL
    2ZtjCbBdnMDUSbRF1QIDAQAB
    """
  private static let nameDigest = "5snpf9qRfKD2Tb72eLAZqC/a/MyUhg+IvdwDZkTJK9w="
  private static let secret = "AQIDBAUGBwgBAgMEBQYHCAECAwQFBgcIAQIDBAUGBwg="

  private func decode(_ text: String) throws -> [UInt8] {
    [UInt8](try #require(Data(base64Encoded: text, options: .ignoreUnknownCharacters)))
  }

  private func name() throws -> ObjectName {
    ObjectName(algorithm: Algorithm.sha256, digest: try decode(Self.nameDigest))
  }

  @Test("the hash of the endorsement key is the published one")
  func publicHash() throws {
    let key = try EndorsementKey(parsing: try decode(Self.endorsement))
    #expect(
      try key.publicHash() == "6f7039b1f70708422c8207aa4760544967c949b353fbeabfe2086604d66dedec")
  }

  @Test("a credential made without randomness is the published one, byte for byte")
  func credential() throws {
    let maker = CredentialMaker(
      endorsement: try EndorsementKey(parsing: try decode(Self.endorsement)), name: try name()
    ) { count throws(PluginError) in [UInt8](repeating: 0, count: count) }
    let made = try maker.make(try decode(Self.secret))
    #expect(
      Hex.text(made.blob)
        == "0044002058ca640528dd69a0c6ef82a87173b1066bec1a9ac2da6b066a57a596bbee76f9"
        + "4be88de887123d02c228f64c36eba7bfb0486f8fd5240ff18ccae3f119d06e3b290b")
    #expect(made.secret.count == 258)
    #expect(Hex.text(Array(made.secret.prefix(6))) == "010025c42882")
    #expect(
      Hex.text(Digest.of(made.secret))
        == "64a0ab962619f16c3ae8dc11bbcbba6de15ff9244f3b7d40e470f7d096d57311")
  }

  @Test("the keys of that credential are the published ones")
  func derivedKeys() throws {
    let seed = [UInt8](repeating: 0, count: 16)
    #expect(
      Hex.text(
        try HashAlgorithm.sha256.kdfa(
          key: seed, label: "STORAGE", contextU: try name().encoded, bits: 128))
        == "f02b8673c51b2e6822c658d55006877b")
    #expect(
      Hex.text(try HashAlgorithm.sha256.kdfa(key: seed, label: "INTEGRITY", bits: 256))
        == "b47bc8bc5d6da6065f3e6ec1dbd7efc7c044eefd42e0c01dceb216a6c102db41")
  }

  @Test("a key derivation of more than one round is cut to its length")
  func longDerivation() throws {
    let long = try HashAlgorithm.sha256.kdfa(key: [1], label: "X", bits: 512)
    #expect(long.count == 64)
    #expect(Array(long.prefix(32)) != Array(long.suffix(32)))
    #expect(
      try HashAlgorithm.sha256.kdfa(key: [1], label: "X", bits: 256) != Array(long.prefix(32)))
  }
}
