import BoundKeypairOperator
import Documents
import Foundation
import PluginKit
import Synchronization
import Testing

@testable import PluginHost

/// What `tctl bound-keypair` makes of a token.
@Suite("operator's commands") struct OperatorTests {
  /// One token that any command may change.
  private final class Drawer: TokenAccess {
    struct Token: Equatable {
      var spec: Node
      var status: Node
      var locks: [String] = []
      var revision: Int64 = 5
      var isUnlocked = false
    }

    let token: Mutex<Token>

    init(spec: String, status: String, locks: [String] = []) throws {
      token = Mutex(
        Token(
          spec: try JSON.parse(Array(spec.utf8)), status: try JSON.parse(Array(status.utf8)),
          locks: locks))
    }

    var now: Token { token.withLock { $0 } }

    func get(_ name: String) async throws(PluginFailure) -> [UInt8] {
      guard name == "gate" else {
        throw PluginFailure(
          pluginID: "host", code: .notFound, message: "there is no token \(name)")
      }
      let token = now
      return JSON.serialize(
        .object([
          ("name", .text(name)), ("spec", token.spec), ("status", token.status),
          ("revision", .integer(token.revision)),
          ("locks", .array(token.locks.map { .text($0) })),
        ]))
    }

    func update(
      _ name: String, spec: [UInt8], status: [UInt8], revision: Int64, unlocks: Bool
    ) async throws(PluginFailure) {
      guard revision == now.revision, let spec = try? JSON.parse(spec),
        let status = try? JSON.parse(status)
      else { throw PluginFailure(pluginID: "host", code: .busy, message: "changed") }
      token.withLock {
        ($0.spec, $0.status, $0.isUnlocked) = (spec, status, unlocks)
        $0.revision += 1
      }
    }
  }

  private static let spec = #"{"recovery":{"mode":"standard","limit":2},"onboarding":{}}"#
  private static let key =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICnhVtiXo605dzLfWTZiHhU/8hE+riHc9CxJiwAKDeZk"
  private static let status = """
    {"bound_public_key":"\(key)","bound_bot_instance_id":"i2","recovery_count":2,"serial":9,
     "last_recovered_at":"2027-01-15T08:00:00Z",
     "predecessor":{"bound_public_key":"\(key)","bound_bot_instance_id":"i1","recovery_count":1}}
    """

  /// Runs a command on a thread of its own, as the host does: a command waits for the host.
  private func run(
    _ command: TokenCommand, _ drawer: Drawer, token: String = "gate"
  ) async throws -> TokenCommand.Answer {
    let table = HostTable(
      services: InstanceServices(log: LogBook(), tokens: drawer),
      manifest: SourcePlugin.manifest("operator"))
    return try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread {
        do {
          continuation.resume(returning: try command.run(token, host: Host(table.host)))
        } catch {
          continuation.resume(throwing: error)
        }
      }
    }
  }

  @Test("a rotation is asked for as of now, and standard output stays empty")
  func rotation() async throws {
    let drawer = try Drawer(spec: Self.spec, status: Self.status)
    let before = Int64(Date().timeIntervalSince1970)
    let answer = try await run(.requestRotation, drawer)
    #expect(answer.text.isEmpty && answer.note.contains("\"gate\""))
    let due = try #require(
      drawer.now.spec["rotate_after"]?.string.flatMap { Timestamp.seconds($0) })
    #expect((before...Int64(Date().timeIntervalSince1970)).contains(due))
    #expect(try drawer.now.status == JSON.parse(Array(Self.status.utf8)))
    #expect(!drawer.now.isUnlocked)
  }

  @Test("a recovery keeps key and number, forgets count and predecessor, and unlocks")
  func recovery() async throws {
    let drawer = try Drawer(spec: Self.spec, status: Self.status, locks: ["why"])
    let answer = try await run(.recover(publicKey: nil), drawer)
    #expect(answer.note.isEmpty && answer.text.contains("may come back once"))
    let status = drawer.now.status
    #expect(status["recovery_count"]?.int64 == 0)
    #expect(status["predecessor"] == nil)
    #expect(status["serial"]?.int64 == 9)
    #expect(status["bound_public_key"]?.string == Self.key)
    #expect(try drawer.now.spec == JSON.parse(Array(Self.spec.utf8)))
    #expect(drawer.now.isUnlocked)
  }

  @Test("a recovery raises a limit of 0, which would let nobody in")
  func recoveryWithoutLimit() async throws {
    let drawer = try Drawer(
      spec: #"{"recovery":{"mode":"standard","limit":0}}"#, status: Self.status)
    _ = try await run(.recover(publicKey: nil), drawer)
    #expect(drawer.now.spec["recovery"]?["limit"]?.int64 == 1)
    #expect(drawer.now.spec["recovery"]?["mode"]?.string == "standard")
  }

  @Test("a recovery binds the older key of a restored machine")
  func recoveryWithKey() async throws {
    let older = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFqWpIz+dXPSnLXaGBxxr3keN3ZtmO6OIrF54sL35/en"
    let drawer = try Drawer(spec: Self.spec, status: Self.status)
    _ = try await run(.recover(publicKey: older + " root@machine"), drawer)
    #expect(drawer.now.status["bound_public_key"]?.string == older)
    await #expect(throws: PluginError.self) {
      _ = try await run(.recover(publicKey: "ssh-nonsense"), drawer)
    }
    #expect(drawer.now.revision == 6)
  }

  @Test("a token without a machine has nobody to come back")
  func recoveryOfNobody() async throws {
    let drawer = try Drawer(
      spec: Self.spec, status: #"{"registration_secret":"s","recovery_count":0}"#)
    let failure = await #expect(throws: PluginError.self) {
      _ = try await run(.recover(publicKey: nil), drawer)
    }
    #expect(failure?.message == "token \"gate\" has no machine that could come back")
    #expect(failure?.hint.contains("tctl get token/gate") == true)
    #expect(drawer.now.revision == 5)
  }

  @Test("a forgotten machine leaves nothing but the number of joins, and locks stay")
  func unbinding() async throws {
    let drawer = try Drawer(spec: Self.spec, status: Self.status, locks: ["why"])
    let answer = try await run(.unbind, drawer)
    #expect(drawer.now.status == .object([("serial", .integer(9))]))
    #expect(!drawer.now.isUnlocked)
    #expect(answer.text.contains("tctl get token/gate"))
    #expect(answer.note.contains("tctl lock ls"))
  }

  @Test("mode and limit are set, each alone or both, and nothing else changes")
  func setting() async throws {
    let drawer = try Drawer(spec: Self.spec, status: Self.status)
    let first = try await run(.set(mode: "relaxed", limit: nil), drawer)
    #expect(first.text == "token \"gate\" has recovery.mode=relaxed, recoveries used: 2\n")
    let second = try await run(.set(mode: nil, limit: 7), drawer)
    #expect(second.text == "token \"gate\" has recovery.limit=7, recoveries used: 2\n")
    let recovery = drawer.now.spec["recovery"]
    #expect(recovery?["mode"]?.string == "relaxed")
    #expect(recovery?["limit"]?.int64 == 7)
    #expect(drawer.now.spec["onboarding"] != nil)
    let failure = await #expect(throws: PluginError.self) {
      _ = try await run(.set(mode: nil, limit: nil), drawer)
    }
    #expect(failure?.hint == "pass --mode, --limit or both")
  }

  @Test("a token that is not there is named")
  func missing() async throws {
    let drawer = try Drawer(spec: Self.spec, status: Self.status)
    let failure = await #expect(throws: PluginError.self) {
      _ = try await run(.unbind, drawer, token: "wall")
    }
    #expect(failure?.message == "there is no token wall")
  }
}
