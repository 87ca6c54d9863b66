import Foundation

/// Runs blocking work on a thread of its own: the test's pool has few threads, and the servers under test need them.
func onThread<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
  await withCheckedContinuation { continuation in
    Thread { continuation.resume(returning: work()) }.start()
  }
}

/// A foreign program, run to its end.
struct Program {
  let status: Int32
  let output: String
  let errors: String

  /// Finds `name` in PATH unless it is a path, runs it with `input`, and collects what it says.
  static func run(_ name: String, _ arguments: [String], input: String = "") async throws -> Program
  {
    try await onThread {
      Result {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [name] + arguments
        let (stdin, stdout, stderr) = (Pipe(), Pipe(), Pipe())
        process.standardInput = stdin
        process.standardOutput = stdout
        process.standardError = stderr
        try process.run()
        // A program may have ended before it has read everything; its output tells why.
        try? stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try stdin.fileHandleForWriting.close()
        // What these programs say on stderr fits into a pipe.
        let output = stdout.fileHandleForReading.readDataToEndOfFile()
        let errors = stderr.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Program(
          status: process.terminationStatus, output: String(decoding: output, as: UTF8.self),
          errors: String(decoding: errors, as: UTF8.self))
      }
    }.get()
  }

  /// Root of the repository.
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The Python of the peers, once `scripts/peers.sh` has run.
  static let python = root.appending(path: ".venv-peers/bin/python").path

  static var hasPeers: Bool { FileManager.default.isExecutableFile(atPath: python) }
}

/// Runs `body` with a directory that is removed afterwards.
func withDirectory<Value>(_ body: (URL) async throws -> Value) async throws -> Value {
  let directory = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
  try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: directory) }
  return try await body(directory)
}

extension URL {
  /// Writes a text file into this directory and returns its path.
  func file(_ name: String, _ text: String) throws -> String {
    let url = appending(path: name)
    try Data(text.utf8).write(to: url)
    return url.path
  }
}
