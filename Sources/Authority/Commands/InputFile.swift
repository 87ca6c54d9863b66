import Glibc

/// A file named on the command line, or standard input.
enum InputFile {
  static let limit = 4 << 20

  /// - Parameter path: nil or `-` reads standard input to its end.
  static func read(_ path: String?) throws(CommandFailure) -> [UInt8] {
    guard let path, path != "-" else { return try content(of: STDIN_FILENO, "standard input") }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw CommandFailure("\(path): \(String(cString: strerror(errno))); check the file's name")
    }
    defer { close(descriptor) }
    return try content(of: descriptor, path)
  }

  private static func content(
    of descriptor: Int32, _ name: String
  ) throws(CommandFailure) -> [UInt8] {
    var content: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = buffer.withUnsafeMutableBytes { raw in
        raw.baseAddress.map { Glibc.read(descriptor, $0, raw.count) } ?? 0
      }
      if count == 0 { return content }
      guard count > 0 else {
        if errno == EINTR { continue }
        throw CommandFailure("\(name): \(String(cString: strerror(errno)))")
      }
      content += buffer.prefix(count)
      guard content.count <= limit else {
        throw CommandFailure("\(name): more than \(limit >> 20) MiB; split it")
      }
    }
  }
}
