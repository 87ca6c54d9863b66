import Credentials
import Daemon
import Foundation
import Synchronization
import Testing

@testable import Authority
@testable import Wire

/// The whole authority in one process, on a port and a socket of its own.
@Suite struct AuthorityServerTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  /// A port nobody has, on an address nobody else is likely to use.
  private func freePort(_ host: String) throws -> Int {
    let probe = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(probe) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    inet_pton(AF_INET, host, &address.sin_addr)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(probe, $0, length) | getsockname(probe, $0, &length)
      }
    }
    try #require(status == 0)
    return Int(UInt16(bigEndian: address.sin_port))
  }

  private func options(_ listen: String) throws -> AuthorityOptions {
    AuthorityOptions(
      dataDirectory: folder.file("data"), clusterName: Cluster.name, listen: listen,
      adminSocket: folder.file("admin.sock"), pluginDirectory: try VerifierFolder.directory())
  }

  /// Runs an authority until `body` is done, and expects it to end without an error.
  private func running(
    _ host: String, _ body: (AdminClient, ServerAddress) async throws -> Void
  ) async throws {
    let listen = "\(host):\(try freePort(host))"
    let log = try #require(FileHandle(forWritingAtPath: "/dev/null"))
    let server = try await AuthorityServer(
      try options(listen), log: LineLog(format: .text, descriptor: log.fileDescriptor))
    let hasEnded = Mutex(false)
    let task = Task {
      defer { hasEnded.withLock { $0 = true } }
      try await server.run()
    }
    let admin = AdminClient(path: folder.file("admin.sock"))
    while (try? await admin.status()) == nil {
      if hasEnded.withLock({ $0 }) { return try await task.value }
      await Task.yield()
    }
    try await body(admin, try ServerAddress(parsing: listen))
    server.stop()
    try await task.value
    #expect(!FileManager.default.fileExists(atPath: folder.file("admin.sock")))
  }

  @Test func itServesUntilItIsStoppedAndIsTheSameAfterwards() async throws {
    var pins: [[String]] = []
    for round in 0..<2 {
      try await running("127.0.4.1") { admin, address in
        let status = try await admin.status()
        #expect(status.clusterName == Cluster.name)
        pins.append(status.caPins)
        let root = try TLSCertificate(
          pem: String(decoding: try await admin.export(authority: "tls-host"), as: UTF8.self))
        let found = try await fetchDiscovery(address, trust: .roots([root.der]))
        #expect(found.clusterName == Cluster.name)
        let yaml = "kind: bot\nversion: v1\nmetadata: {name: round\(round)}\nspec: {roles: []}\n"
        _ = try await admin.apply(yaml: Array(yaml.utf8), force: false)
        let bots = try await admin.get(kind: "bot", name: nil)
        #expect(String(decoding: bots, as: UTF8.self).contains("round0"))
      }
    }
    #expect(pins.first == pins.last && pins.first?.count == 1)
    let audit = try String(contentsOfFile: folder.file("data/audit.jsonl"), encoding: .utf8)
    #expect(audit.split(separator: "\n").count == 2)
  }

  @Test func aTakenPortEndsItAndLeavesNoSocket() async throws {
    try await running("127.0.4.2") { _, address in
      var options = try options("\(address)")
      options.dataDirectory = folder.file("other")
      options.adminSocket = folder.file("other.sock")
      let log = try #require(FileHandle(forWritingAtPath: "/dev/null"))
      let second = try await AuthorityServer(
        options, log: LineLog(format: .text, descriptor: log.fileDescriptor))
      let error = try await refusal { try await second.run() }
      #expect(error.message.hasPrefix("cannot listen on \(address): address already in use"))
      #expect(!FileManager.default.fileExists(atPath: folder.file("other.sock")))
    }
  }

  @Test func webFilesAreReadBeforeAnythingIsMade() async throws {
    var options = try options("127.0.4.3:3080")
    options.webCertificate = (chain: folder.file("none"), key: folder.file("none"))
    let log = LineLog(format: .text)
    await #expect(throws: StartupError.self) { _ = try await AuthorityServer(options, log: log) }
    #expect(!FileManager.default.fileExists(atPath: folder.file("data")))
  }
}
