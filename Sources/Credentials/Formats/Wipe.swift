import Glibc

extension [UInt8] {
  /// Overwrites the bytes with zeros and empties the array.
  ///
  /// Works on the storage this array owns alone; an array still shared with another owner is copied
  /// first, so wipe the last one.
  mutating func wipe() {
    withUnsafeMutableBytes { bytes in
      guard let base = bytes.baseAddress else { return }
      explicit_bzero(base, bytes.count)
    }
    removeAll(keepingCapacity: false)
  }
}
