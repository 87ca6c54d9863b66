import Foundation
import Testing
import Wire

/// Clients that finish the handshake and then never say another word: each is parted from, and none keeps a listener from ending.
@Suite struct ListenerLifetimeTests {
  /// A foreign client that shakes hands, answers nothing, and stays until it is cut off.
  private final class Silent: Sendable {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()

    init(_ server: RunningListener, _ arguments: [String] = []) throws {
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments =
        ["openssl", "s_client", "-alpn", "h2", "-brief", "-connect", "\(server.address)"]
        + arguments
      process.standardInput = input
      process.standardOutput = output
      process.standardError = output
      try process.run()
    }

    /// Returns once the handshake is done, with what was said of it.
    func connected() async -> String {
      let pipe = output.fileHandleForReading
      return await onThread {
        var text = ""
        while !text.contains("Peer certificate"), let data = try? pipe.read(upToCount: 1),
          !data.isEmpty
        {
          text += String(decoding: data, as: UTF8.self)
        }
        return text
      }
    }

    /// Returns once the server has closed the connection.
    func cutOff() async {
      await onThread { [process, output] in
        _ = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
      }
    }
  }

  @Test func aClientWithoutACertificateIsCutOffAfterItsTime() async throws {
    try await RunningListener.with(limits: ServerLimits(anonymous: .milliseconds(100))) { server in
      let silent = try Silent(server)
      await silent.cutOff()
    }
  }

  @Test func aClientWithACertificateIsCutOffAfterItsTime() async throws {
    let limits = ServerLimits(
      join: .milliseconds(100), call: .milliseconds(100), anonymous: .seconds(3600),
      lifetime: .milliseconds(100))
    try await RunningListener.with(limits: limits) { server in
      try await withDirectory { directory in
        let leaf = try server.authority.issue()
        let certificate = try directory.file("leaf.pem", leaf.certificatePEM)
        let key = try directory.file("leaf.key", leaf.keyPEM)
        let silent = try Silent(server, ["-cert", certificate, "-key", key])
        await silent.cutOff()
      }
    }
  }

  @Test func aListenerEndsWhileAClientSaysNothing() async throws {
    let limits = ServerLimits(join: .milliseconds(100), call: .milliseconds(100))
    var silent: Silent?
    try await RunningListener.with(limits: limits) { server in
      let client = try Silent(server)
      let hello = await client.connected()
      #expect(hello.contains("Peer certificate"), "\(hello)")
      silent = client
    }
    await silent?.cutOff()
  }
}
