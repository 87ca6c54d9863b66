extension String {
  /// With blanks behind it up to a width, for columns of a text; a longer one stays as it is.
  public func padded(to width: Int) -> String {
    self + String(repeating: " ", count: Swift.max(0, width - count))
  }
}
