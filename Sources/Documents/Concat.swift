/// A whole number in decimal.
@inline(never)
public func decimal(_ number: Int) -> String { "\(number)" }

/// These parts one after the other.
///
/// Does what interpolation does, in a tenth of the code at each use: that counts in a plugin, where
/// most strings are file contents and messages.
@inline(never)
public func concat(_ parts: String...) -> String { concat(parts) }

/// These parts one after the other.
@inline(never)
public func concat(_ parts: [String]) -> String {
  var bytes: [UInt8] = []
  for part in parts { bytes.append(contentsOf: part.utf8) }
  return String(decoding: bytes, as: UTF8.self)
}
