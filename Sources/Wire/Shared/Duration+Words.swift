extension Duration {
  /// The duration as an operator would say it: `30 s`, `250 ms`.
  var inWords: String {
    let (seconds, attoseconds) = components
    if attoseconds == 0 { return "\(seconds) s" }
    return "\(seconds * 1000 + attoseconds / 1_000_000_000_000_000) ms"
  }
}
