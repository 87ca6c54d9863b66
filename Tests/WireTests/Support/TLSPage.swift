import Foundation

/// A web server that gives everybody the same answer and keeps what it was sent: `tls_page.py`, which is no relation
/// of the client under test.
final class TLSPage {
  struct Failure: Error {}

  let port: Int
  private let process = Process()
  private let folder: URL

  /// - Parameters:
  ///   - identity: certificate and key, PEM.
  ///   - folder: for the server's files.
  init(identity: String, answer: String, in folder: URL) async throws {
    self.folder = folder
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "python3",
      URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appending(path: "tls_page.py").path,
      try folder.file("identity.pem", identity), try folder.file("answer", answer),
      folder.appending(path: "record").path,
    ]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let line = await onThread { output.fileHandleForReading.availableData }
    let text = String(decoding: line, as: UTF8.self)
    guard text.hasSuffix("\n"), let port = Int(text.dropLast()) else { throw Failure() }
    self.port = port
  }

  /// Everything it was sent so far.
  var requests: String {
    (try? String(contentsOf: folder.appending(path: "record"), encoding: .utf8)) ?? ""
  }

  func stop() { process.terminate() }
}
