import Foundation
import Testing

/// Programs that are not ours: swtpm, tpm2-tools, openssl.
enum Tool {
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// Runs a program to its end and returns what it wrote to standard output.
  @discardableResult
  static func run(
    _ program: String, _ arguments: [String], input: [UInt8] = [], tpm: String? = nil
  ) throws -> [UInt8] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    var environment = ProcessInfo.processInfo.environment
    if let tpm { environment["TPM2TOOLS_TCTI"] = tpm }
    process.environment = environment
    let errors = FileManager.default.temporaryDirectory.appending(path: "tenon-\(UUID()).err")
    try Data().write(to: errors)
    defer { try? FileManager.default.removeItem(at: errors) }
    let out = Pipe()
    let standardInput = Pipe()
    process.standardInput = standardInput
    process.standardOutput = out
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    try standardInput.fileHandleForWriting.write(contentsOf: Data(input))
    try standardInput.fileHandleForWriting.close()
    let answer = [UInt8](out.fileHandleForReading.readDataToEndOfFile())
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      let text = (try? String(contentsOf: errors, encoding: .utf8)) ?? ""
      throw Failure(
        description: "\(program) \(arguments.joined(separator: " ")) failed, is it installed "
          + "(scripts/deps.sh)? \(text)")
    }
    return answer
  }
}
