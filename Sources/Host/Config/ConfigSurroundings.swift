import Glibc

/// What a configuration may refer to outside of its file.
struct ConfigSurroundings: Sendable {
  /// The value of an environment variable.
  var environment: @Sendable (_ name: String) -> String?
  /// The content of a file of at most `maxBytes`, or a few words on why there is none.
  var readFile: @Sendable (_ path: String, _ maxBytes: Int) -> Result<[UInt8], FileRefusal>

  /// Why a file could not be read: "no such file or directory".
  struct FileRefusal: Error, Sendable, Equatable {
    var reason: String
  }

  /// The environment and the files of this process.
  static let system = ConfigSurroundings(
    environment: { name in getenv(name).map { String(cString: $0) } },
    readFile: { path, maxBytes in readWhole(path, maxBytes: maxBytes) })

  private static func readWhole(
    _ path: String, maxBytes: Int
  ) -> Result<[UInt8], FileRefusal> {
    func failed() -> Result<[UInt8], FileRefusal> {
      .failure(FileRefusal(reason: String(cString: strerror(errno)).lowercased()))
    }
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
    guard file >= 0 else { return failed() }
    defer { close(file) }
    var content: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16 << 10)
    while content.count <= maxBytes {
      let count = read(file, &chunk, chunk.count)
      if count == 0 { return .success(content) }
      if count < 0 {
        if errno == EINTR { continue }
        return failed()
      }
      content += chunk[..<count]
    }
    return .failure(FileRefusal(reason: "it is larger than \(maxBytes) bytes"))
  }
}
