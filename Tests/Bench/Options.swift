/// The words `--name value` of a command line.
struct Options {
  private var values: [String: String] = [:]

  init(_ words: some Sequence<String>) throws(BenchError) {
    var name: String?
    for word in words {
      if let flag = name {
        values[flag] = word
        name = nil
      } else if word.hasPrefix("--") {
        name = String(word.dropFirst(2))
      } else {
        throw BenchError("unexpected argument \(word)")
      }
    }
    if let name { throw BenchError("--\(name) needs a value") }
  }

  func text(_ name: String) throws(BenchError) -> String {
    guard let value = values[name] else { throw BenchError("--\(name) is missing") }
    return value
  }

  func text(_ name: String, default fallback: String) -> String { values[name] ?? fallback }

  /// A whole number from 1 to 100000.
  func count(_ name: String) throws(BenchError) -> Int {
    guard let number = Int(try text(name)), (1...100_000).contains(number) else {
      throw BenchError("--\(name) expects a number from 1 to 100000")
    }
    return number
  }
}
