extension String {
  /// With blanks behind it up to a width, for columns of a text; longer ones stay.
  func padded(_ width: Int) -> String {
    self + String(repeating: " ", count: Swift.max(0, width - count))
  }
}
