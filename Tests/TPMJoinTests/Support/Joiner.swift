import Foundation
import Synchronization
import Testing

/// A join in a process of its own, which may be killed.
final class Joiner: Sendable {
  static let program = Result { () throws -> String in
    let folder = Shipped.root.appending(path: ".build")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let target = folder.appending(path: "tenon-tpm-joiner").path
    let source = Shipped.root.appending(path: "Tests/TPMJoinTests/Support/joiner.c").path
    let headers = Shipped.root.appending(path: "Sources/PluginABI/include").path
    try Tool.run("cc", ["-std=gnu11", "-Wall", "-Werror", "-I", headers, source, "-o", target])
    return target
  }

  private let number = Mutex<pid_t?>(nil)

  /// Runs to its end or until it is killed.
  ///
  /// - Parameter challenge: given as soon as the process asks for it.
  /// - Returns: what it printed, by the first word of each line.
  func run(
    address: String, challenge: @Sendable ([UInt8]) throws -> [UInt8]
  ) throws -> [String: String] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try Self.program.get())
    process.arguments = [Shipped.path, address]
    process.standardError = FileHandle.nullDevice
    let input = Pipe()
    let output = Pipe()
    process.standardInput = input
    process.standardOutput = output
    // The relay may want to kill it before `run` has returned.
    try number.withLock { number in
      try process.run()
      number = process.processIdentifier
    }
    var lines: [String: String] = [:]
    var text = ""
    while true {
      let chunk = output.fileHandleForReading.availableData
      if chunk.isEmpty { break }
      text += String(decoding: chunk, as: UTF8.self)
      while let end = text.firstIndex(of: "\n") {
        let words = text[..<end].split(separator: " ", maxSplits: 1)
        text = String(text[text.index(after: end)...])
        lines[String(words[0])] = words.count > 1 ? String(words[1]) : ""
        guard words[0] == "init", words.count > 1 else { continue }
        let answer = try challenge(Self.bytes(String(words[1])))
        let hexadecimal = answer.map { String(format: "%02x", $0) }.joined() + "\n"
        try? input.fileHandleForWriting.write(contentsOf: Data(hexadecimal.utf8))
        try? input.fileHandleForWriting.close()
      }
    }
    process.waitUntilExit()
    return lines
  }

  /// SIGKILL, now.
  func kill() { number.withLock { number in if let number { _ = Glibc.kill(number, SIGKILL) } } }

  static func bytes(_ hexadecimal: String) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = hexadecimal[...]
    while rest.count >= 2 {
      bytes.append(UInt8(rest.prefix(2), radix: 16) ?? 0)
      rest = rest.dropFirst(2)
    }
    return bytes
  }
}
