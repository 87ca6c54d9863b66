import Foundation

/// Runs a real program against ours: the other half of every round trip in this suite.
struct Program {
  struct Result {
    let status: Int32
    let output: String
    let errors: String
  }

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  let path: String

  static let sshKeygen = Program(path: "/usr/bin/ssh-keygen")
  static let openssl = Program(path: "/usr/bin/openssl")

  /// Runs to the end, feeding `input`; output is small in this suite.
  @discardableResult
  func run(_ arguments: [String], input: String = "", expecting status: Int32? = 0) throws -> Result
  {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    let stdin = Pipe()
    let folder = try Folder()
    let outputURL = folder.url("out")
    let errorURL = folder.url("err")
    for url in [outputURL, errorURL] {
      try Data().write(to: url)
    }
    process.standardInput = stdin
    process.standardOutput = try FileHandle(forWritingTo: outputURL)
    process.standardError = try FileHandle(forWritingTo: errorURL)
    try process.run()
    try stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try stdin.fileHandleForWriting.close()
    process.waitUntilExit()
    let result = Result(
      status: process.terminationStatus,
      output: try String(contentsOf: outputURL, encoding: .utf8),
      errors: try String(contentsOf: errorURL, encoding: .utf8))
    if let status, result.status != status {
      throw Failure(
        description:
          "\(path) \(arguments) ended with \(result.status): \(result.output)\(result.errors)")
    }
    return result
  }

  /// Runs a Python script that has the `cryptography` package at hand.
  static func python(_ script: String, _ arguments: [String] = [], input: String = "") throws
    -> String
  {
    try Program(path: "/usr/bin/python3").run(["-c", script] + arguments, input: input)
      .output
  }
}

/// A temporary folder that goes when the last user does.
final class Folder: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "/credentials-tests-" + UUID().uuidString
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  func url(_ name: String) -> URL { URL(fileURLWithPath: path + "/" + name) }
  func path(_ name: String) -> String { path + "/" + name }

  /// Writes a file only the owner may read, as ssh-keygen wants its keys.
  @discardableResult
  func write(_ text: String, to name: String) throws -> String {
    try Data(text.utf8).write(to: url(name))
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o600], ofItemAtPath: path(name))
    return path(name)
  }

  func read(_ name: String) throws -> String {
    try String(contentsOf: url(name), encoding: .utf8)
  }
}
