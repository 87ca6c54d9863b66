extension String {
  /// Compares the UTF-8 bytes. Unlike `==` this does not treat two spellings of one character as
  /// equal (which would be wrong for keys and names), and it needs no Unicode tables in a plugin.
  @inline(never)
  public func sameBytes(as other: String) -> Bool {
    utf8.elementsEqual(other.utf8)
  }

  /// Whether the UTF-8 bytes come before those of `other`. A total order, the same on every machine.
  @inline(never)
  public func bytesPrecede(_ other: String) -> Bool {
    utf8.lexicographicallyPrecedes(other.utf8)
  }
}
