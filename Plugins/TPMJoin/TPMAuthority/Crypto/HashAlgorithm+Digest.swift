import COpenSSL
import PluginKit
import TPMStructures

extension HashAlgorithm {
  var bits: Int { digestBytes * 8 }

  /// libcrypto's static description of the algorithm.
  var method: OpaquePointer? {
    switch self {
    case .sha256: EVP_sha256()
    case .sha384: EVP_sha384()
    case .sha512: EVP_sha512()
    }
  }

  func digest(_ bytes: [UInt8]) throws(PluginError) -> [UInt8] {
    var out = [UInt8](repeating: 0, count: digestBytes)
    guard EVP_Digest(bytes, bytes.count, &out, nil, method, nil) == 1 else {
      throw Libcrypto.defect("compute a digest")
    }
    return out
  }

  func hmac(key: [UInt8], _ bytes: [UInt8]) throws(PluginError) -> [UInt8] {
    var out = [UInt8](repeating: 0, count: digestBytes)
    guard HMAC(method, key, Int32(key.count), bytes, bytes.count, &out, nil) != nil else {
      throw Libcrypto.defect("compute an HMAC")
    }
    return out
  }

  /// KDFa of TPM 2.0 part 1, section 11.4.10.2. `label` goes without its terminating NUL.
  func kdfa(
    key: [UInt8], label: String, contextU: [UInt8] = [], bits: Int
  ) throws(PluginError) -> [UInt8] {
    var out: [UInt8] = []
    var counter: UInt32 = 1
    while out.count * 8 < bits {
      var input = bigEndian(counter) + [UInt8](label.utf8) + [0]
      input += contextU
      input += bigEndian(UInt32(bits))
      out += try hmac(key: key, input)
      counter += 1
    }
    return [UInt8](out.prefix(bits / 8))
  }

  /// KDFe of TPM 2.0 part 1, section 11.4.10.3. Coordinates have the length of the curve's field.
  func kdfe(
    z: [UInt8], label: String, partyU: [UInt8], partyV: [UInt8], bits: Int
  ) throws(PluginError) -> [UInt8] {
    var out: [UInt8] = []
    var counter: UInt32 = 1
    while out.count * 8 < bits {
      var input = bigEndian(counter) + z + [UInt8](label.utf8) + [0]
      input += partyU
      input += partyV
      out += try digest(input)
      counter += 1
    }
    return [UInt8](out.prefix(bits / 8))
  }
}

func bigEndian(_ value: UInt32) -> [UInt8] {
  [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> UInt32($0)) }
}
