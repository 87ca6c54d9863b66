import Glibc

/// Where the words of a command go.
struct Console: Sendable {
  var out: @Sendable ([UInt8]) -> Void
  var err: @Sendable ([UInt8]) -> Void

  /// Standard output and standard error.
  static let standard = Console(
    out: { write($0, to: STDOUT_FILENO) }, err: { write($0, to: STDERR_FILENO) })

  func print(_ text: String) { out(Array(text.utf8)) }

  /// One line `ERROR: …`, and the exit code for it.
  func fail(_ text: String) -> Int32 {
    err(Array("ERROR: \(text)\n".utf8))
    return 1
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { raw in
        raw.baseAddress.map { Glibc.write(descriptor, $0, raw.count) } ?? 0
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }
}
