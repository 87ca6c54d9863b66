import Glibc

/// A file named on a command line, or standard input.
enum InputFile {
  static let limit = 4 << 20

  /// What could not be read, and why.
  struct Failure: Error, CustomStringConvertible {
    var description: String

    fileprivate init(_ name: String, _ code: Int32) {
      description = "\(name): \(String(cString: strerror(code)))"
    }

    fileprivate init(tooLong name: String) {
      description = "\(name): more than \(limit >> 20) MiB"
    }
  }

  static func read(_ path: String) throws(Failure) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Failure(path, errno) }
    defer { close(descriptor) }
    return try content(of: descriptor, path)
  }

  static func readStandardInput() throws(Failure) -> [UInt8] {
    try content(of: STDIN_FILENO, "standard input")
  }

  private static func content(of descriptor: Int32, _ name: String) throws(Failure) -> [UInt8] {
    var content: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = buffer.withUnsafeMutableBytes { raw in
        raw.baseAddress.map { Glibc.read(descriptor, $0, raw.count) } ?? 0
      }
      if count == 0 { return content }
      guard count > 0 else {
        if errno == EINTR { continue }
        throw Failure(name, errno)
      }
      content += buffer.prefix(count)
      guard content.count <= limit else { throw Failure(tooLong: name) }
    }
  }
}
