import Credentials
import Documents
import PluginHost
import Testing

/// Everything an authority can send to the agent half. Errors are for an operator: they have a text,
/// and the machine's records stay what they were.
@Suite("hostile authority") struct HostileAuthorityTests {
  /// A machine with a key, and that key.
  private func machine() throws -> (Machine, PrivateKey) {
    let key = try PrivateKey.generate(.ed25519)
    let machine = Machine()
    machine.storage["id_bkp"] = key.pem
    return (machine, key)
  }

  private func expectFailure(
    _ body: () async throws -> Void, _ what: @autoclosure () -> String,
    location: SourceLocation = #_sourceLocation
  ) async {
    do {
      try await body()
      Issue.record("taken: \(what())", sourceLocation: location)
    } catch let failure as PluginFailure {
      #expect(
        !failure.message.isEmpty && failure.message.utf8.count < 256, sourceLocation: location)
      #expect(failure.code != .internalError, "\(failure)", sourceLocation: location)
    } catch { Issue.record("\(error)", sourceLocation: location) }
  }

  @Test("a broken challenge is refused, and nothing else is signed", arguments: Build.available)
  func challenges(build: Build) async throws {
    let (machine, key) = try machine()
    let line = key.publicKey.authorizedKey
    let good = Proto.field(1, line) + Proto.field(2, #"{"iss":"x"}"#)
    for message in Hostile.variants(of: good) + Hostile.random(200, seed: 21) {
      let fields = Proto.read(message)
      do {
        let answer = try await step(build, machine, 1, message)
        // What is signed is a JSON object, byte by byte as it was sent, with the key that was named.
        let compact = Proto.read(answer)[1] ?? []
        let document = fields[2] ?? []
        #expect(try JSON.parse(document).members != nil)
        let parts = String(decoding: compact, as: UTF8.self).split(separator: ".")
        #expect(parts.count == 3 && Token.decode(parts[1]) == document)
        #expect(
          try PublicKey(text: String(decoding: fields[1] ?? [], as: UTF8.self)) == key.publicKey)
      } catch let failure as PluginFailure {
        #expect(!failure.message.isEmpty)
      }
    }
    #expect(machine.storage.written.isEmpty)
  }

  private func step(
    _ build: Build, _ machine: Machine, _ field: UInt32, _ message: [UInt8]
  ) async throws -> [UInt8] {
    let agent = try await build.agent(machine.services)
    _ = try await agent.begin(suite: "balanced-v1")
    do {
      let answer = try await agent.step(field, message)
      await agent.abort()
      return answer.1
    } catch {
      await agent.abort()
      throw error
    }
  }

  @Test("a document that is no JSON object is not signed", arguments: Build.available)
  func documents(build: Build) async throws {
    let (machine, key) = try machine()
    for document in Hostile.documents
    where (try? JSON.parse([UInt8](document.utf8)))?.members == nil {
      let message = Proto.field(1, key.publicKey.authorizedKey) + Proto.field(2, document)
      await expectFailure({ _ = try await step(build, machine, 1, message) }, document)
    }
  }

  @Test("a key this machine does not have is named as the problem", arguments: Build.available)
  func foreignKey(build: Build) async throws {
    let (machine, _) = try machine()
    let other = try PrivateKey.generate(.ed25519).publicKey.authorizedKey
    await #expect {
      _ = try await step(build, machine, 1, Proto.field(1, other) + Proto.field(2, "{}"))
    } throws: { error in
      guard let failure = error as? PluginFailure else { return false }
      return failure.code == .notFound && failure.message.hasPrefix("no matching key found")
        && !failure.hint.isEmpty
    }
    for line in ["", "x", "ssh-ed25519 AAAA", String(repeating: "A", count: 60_000)] {
      await expectFailure(
        { _ = try await step(build, machine, 1, Proto.field(1, line) + Proto.field(2, "{}")) }, line
      )
    }
  }

  @Test("a message of an unknown kind is unsupported", arguments: Build.available)
  func unknownField(build: Build) async throws {
    let (machine, _) = try machine()
    for field in [0, 3, 5, .max] as [UInt32] {
      await #expect {
        _ = try await step(build, machine, field, [])
      } throws: { ($0 as? PluginFailure)?.code == .unsupported }
    }
  }

  @Test("a broken rotation request makes no key", arguments: Build.available)
  func rotations(build: Build) async throws {
    let (machine, _) = try machine()
    for message in [[0x0A, 0x05, 0x61], [0x0B], [UInt8](repeating: 0x80, count: 32)] {
      await expectFailure({ _ = try await step(build, machine, 2, message) }, "\(message)")
    }
    #expect(machine.storage.written.isEmpty)
    let huge = Proto.field(1, String(repeating: "s", count: 60_000))
    let line = Proto.text(try await step(build, machine, 2, huge), 1)
    #expect(line.hasPrefix("ssh-ed25519 "), "an unknown suite gets the default")
    #expect(machine.history.count == 2)
  }

  @Test("a broken result stores nothing", arguments: Build.available)
  func results(build: Build) async throws {
    let (machine, key) = try machine()
    let inner = Proto.field(2, "a.b.c") + Proto.field(3, key.publicKey.authorizedKey)
    let good = Proto.field(2, inner)
    let before = machine.storage.records
    for message in Hostile.variants(of: good) + Hostile.random(100, seed: 22)
      + [[], Proto.field(2, ""), Proto.field(2, Proto.field(2, "a.b.c"))]
    {
      let agent = try await build.agent(machine.services)
      _ = try await agent.begin(suite: "balanced-v1")
      do {
        try await agent.finish(message)
        #expect(machine.storage.records["bkp_state"]?.isEmpty == false)
        #expect(machine.storage["id_bkp"] == key.pem, "\(message)")
        machine.storage.records = before
      } catch let failure as PluginFailure {
        #expect(!failure.message.isEmpty && machine.storage.records == before)
      }
    }
  }

  @Test("a result that binds a foreign key is an error", arguments: Build.available)
  func foreignResult(build: Build) async throws {
    let (machine, _) = try machine()
    let other = try PrivateKey.generate(.ed25519).publicKey.authorizedKey
    let agent = try await build.agent(machine.services)
    _ = try await agent.begin(suite: "balanced-v1")
    await #expect {
      try await agent.finish(Proto.field(2, Proto.field(2, "a.b.c") + Proto.field(3, other)))
    } throws: {
      ($0 as? PluginFailure)?.message.contains("this machine does not have") == true
    }
    #expect(machine.storage.written.isEmpty)
  }
}
