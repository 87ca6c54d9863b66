import Foundation
import PluginHost
import Synchronization
import Testing

/// `keypair create` out of the shared object, bound to a command line the way the agent does it.
@Suite("shipped keypair create", .enabled(if: Shipped.isBuilt, "run make plugins first"))
struct ShippedCommandTests {
  private final class Terminal: Sendable {
    let out = Mutex<[UInt8]>([])
    let err = Mutex<[UInt8]>([])
    var stdout: String { out.withLock { String(decoding: $0, as: UTF8.self) } }
    var stderr: String { err.withLock { String(decoding: $0, as: UTF8.self) } }
  }

  private func run(
    _ words: [String], storage: MemoryStorage, discovery: String? = #"{"auth":{}}"#
  ) async throws -> (code: Int32, terminal: Terminal) {
    try await Shipped.withCatalog { catalog in
      let terminal = Terminal()
      let binder = CommandBinder(catalog, of: .agent)
      let (command, rest) = try #require(binder.match(words))
      let code = await binder.run(
        command, rest,
        CommandEnvironment(
          program: "tbot", out: { bytes in terminal.out.withLock { $0 += bytes } },
          err: { bytes in terminal.err.withLock { $0 += bytes } },
          variable: { _ in nil },
          find: { address throws(PluginFailure) in
            guard let discovery, address == "example.com:443" else {
              throw PluginFailure(
                pluginID: "host", code: .unavailable, message: "\(address) does not answer",
                hint: "check --proxy-server")
            }
            return [UInt8](discovery.utf8)
          }, storage: { _ throws(RecordError) in storage },
          write: { path, content, replaces throws(RecordError) in
            guard replaces || storage[path] == nil else {
              throw RecordError(message: "\(path) exists already", hint: "pass --overwrite")
            }
            storage.records[path] = content
          }, log: LogBook()))
      return (code, terminal)
    }
  }

  private let words = ["keypair", "create", "--storage", "/bot", "--proxy-server=example.com:443"]

  @Test("it creates, prints again, and overwrites when told to, each time with exit code 0")
  func wholeLife() async throws {
    let storage = MemoryStorage()
    let first = try await run(words, storage: storage)
    #expect(first.code == 0, "\(first.terminal.stderr)")
    let line = try #require(storage["id_bkp.pub"])
    #expect(line.hasPrefix("ssh-ed25519 ") && first.terminal.stdout.hasSuffix("\n\t" + line))
    #expect(first.terminal.stderr.contains("keypair has been written to storage storage:/bot"))

    let second = try await run(words + ["--format=json"], storage: storage, discovery: nil)
    #expect(second.code == 0 && second.terminal.stderr.contains("WARN"))
    let object = try JSONSerialization.jsonObject(with: Data(second.terminal.stdout.utf8))
    #expect(
      object as? [String: String] == ["public_key": line.trimmingCharacters(in: .newlines)])

    let third = try await run(words + ["--overwrite"], storage: storage)
    #expect(third.code == 0 && storage["id_bkp.pub"] != line)
  }

  @Test(
    "a proxy that does not answer is exit code 1 with the reason and nothing on standard output")
  func unreachable() async throws {
    let storage = MemoryStorage()
    let (code, terminal) = try await run(words, storage: storage, discovery: nil)
    #expect(code == 1 && terminal.stdout.isEmpty && storage.written.isEmpty)
    #expect(terminal.stderr.contains("example.com:443 does not answer; check --proxy-server"))
  }

  @Test("what is missing or misspelled is exit code 1, every problem at once")
  func usage() async throws {
    let storage = MemoryStorage()
    let (code, terminal) = try await run(
      ["keypair", "create", "--format=yaml", "--colour"], storage: storage)
    #expect(code == 1 && storage.written.isEmpty && terminal.stdout.isEmpty)
    for word in ["--proxy-server is required", "--format expects one of", "--colour"] {
      #expect(terminal.stderr.contains(word), "\(terminal.stderr)")
    }
    let bare = try await run(
      ["keypair", "create", "--proxy-server=example.com:443"], storage: storage)
    #expect(bare.code == 1 && bare.terminal.stdout.isEmpty)
    #expect(bare.terminal.stderr.contains("--storage is required; name the folder"))
  }

  @Test("--static needs no storage, and a script reads both halves from standard output alone")
  func staticKey() async throws {
    let words = [
      "keypair", "create", "--static", "--proxy-server=example.com:443", "--format=json",
    ]
    let (code, terminal) = try await run(words, storage: MemoryStorage())
    #expect(code == 0 && terminal.stderr.isEmpty)
    let object = try JSONSerialization.jsonObject(with: Data(terminal.stdout.utf8))
    #expect((object as? [String: String])?.keys.sorted() == ["private_key", "public_key"])
    let unreachable = try await run(words, storage: MemoryStorage(), discovery: nil)
    #expect(unreachable.code == 1 && unreachable.terminal.stdout.isEmpty)
  }

  @Test("--static-key-path writes the file it names, and replaces one only when told to")
  func staticKeyFile() async throws {
    let words = [
      "keypair", "create", "--static", "--proxy-server=example.com:443", "--static-key-path=k.pem",
    ]
    let storage = MemoryStorage()
    let first = try await run(words, storage: storage)
    #expect(first.code == 0, "\(first.terminal.stderr)")
    let pem = try #require(storage["k.pem"])
    #expect(pem.hasPrefix("-----BEGIN PRIVATE KEY-----\n") && pem.hasSuffix("-----\n"))
    #expect(!first.terminal.stdout.contains("PRIVATE") && storage.records.count == 1)
    let second = try await run(words, storage: storage)
    #expect(second.code == 1 && second.terminal.stdout.isEmpty && storage["k.pem"] == pem)
    #expect(second.terminal.stderr.contains("k.pem exists already; pass --overwrite"))
    let third = try await run(words + ["--overwrite"], storage: storage)
    #expect(third.code == 0 && storage["k.pem"] != pem)
  }

  @Test("--help names every flag")
  func help() async throws {
    let (code, terminal) = try await run(["keypair", "create", "--help"], storage: MemoryStorage())
    #expect(code == 0)
    for flag in [
      "--storage", "--proxy-server", "--overwrite", "--format text|json", "--static",
      "--static-key-path PATH",
    ] {
      #expect(terminal.stdout.contains(flag))
    }
  }
}
