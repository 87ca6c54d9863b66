import PluginKit
import TPMStructures

/// EME-OAEP of RFC 8017, section 7.1.1, with MGF1 over the same hash. Written out because the label of
/// a credential ends with a NUL and the randomness comes from the host.
enum OAEP {
  /// The block to encrypt.
  ///
  /// - Parameters:
  ///   - message: at most `modulusBytes` - 2 digests - 2 bytes.
  ///   - seed: as many random bytes as a digest has.
  ///   - modulusBytes: length of the RSA modulus.
  static func pad(
    _ message: [UInt8], label: [UInt8], hash: HashAlgorithm, seed: [UInt8], modulusBytes: Int
  ) throws(PluginError) -> [UInt8] {
    let zeros = modulusBytes - message.count - 2 * hash.digestBytes - 2
    guard zeros >= 0, seed.count == hash.digestBytes else {
      throw Libcrypto.defect("pad a secret for a key this short")
    }
    var data = try hash.digest(label) + [UInt8](repeating: 0, count: zeros)
    data.append(1)
    data += message
    let maskedData = mask(data, with: try mgf1(seed, data.count, hash))
    let maskedSeed = mask(seed, with: try mgf1(maskedData, seed.count, hash))
    return [0] + maskedSeed + maskedData
  }

  private static func mgf1(
    _ seed: [UInt8], _ count: Int, _ hash: HashAlgorithm
  ) throws(PluginError) -> [UInt8] {
    var out: [UInt8] = []
    var counter: UInt32 = 0
    while out.count < count {
      out += try hash.digest(seed + bigEndian(counter))
      counter += 1
    }
    return [UInt8](out.prefix(count))
  }

  private static func mask(_ bytes: [UInt8], with mask: [UInt8]) -> [UInt8] {
    var out = bytes
    for index in out.indices { out[index] ^= mask[index] }
    return out
  }
}
