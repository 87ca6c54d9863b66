import Credentials
import PluginHost
import Testing

/// Every failure of the agent half names a next step, in a text that is not cut.
@Suite("next steps, agent") struct AgentNextStepTests {
  private let key: PrivateKey
  private let other: PrivateKey

  init() throws {
    key = try PrivateKey.generate(.ed25519)
    other = try PrivateKey.generate(.ed25519)
  }

  /// A message of the authority's: a challenge with its field, or the result.
  private enum Message {
    case none
    case challenge(UInt32, [UInt8])
    case result([UInt8])
  }

  @Test("every failure of the agent names a next step", arguments: Build.available)
  func agent(build: Build) async throws {
    let line = key.publicKey.authorizedKey
    let foreign = Proto.field(1, other.publicKey.authorizedKey) + Proto.field(2, "{}")
    func bound(_ config: [String: ConfigValue] = [:]) -> Machine {
      var machine = Machine()
      machine.config = config
      machine.storage["id_bkp"] = key.pem
      return machine
    }
    let fixed = bound(["static_private_key": .secret(key.pem)])
    let damaged = bound()
    damaged.storage["id_bkp"] = "nonsense"
    let cases: [(machine: Machine, message: Message, words: String, next: [String])] = [
      (
        Machine(), .none, "no registration secret is configured",
        ["`tctl get token/example`", "`keypair create`"]
      ),
      (
        damaged, .none, "the key in id_bkp cannot be read",
        ["backup", "`tctl bound-keypair unbind TOKEN`"]
      ),
      (
        bound(), .challenge(1, foreign),
        "no matching key found: the authority's token is bound to a key that this storage does not have",
        [
          "`tctl bound-keypair recover example --public-key LINE`", "id_bkp.pub",
          "`tctl bound-keypair unbind example`",
        ]
      ),
      (
        fixed, .challenge(1, foreign), "is not the static key of this machine",
        ["`tctl bound-keypair recover example --public-key LINE`"]
      ),
      (fixed, .challenge(2, []), "a static key stays as it is", ["`tctl edit token/NAME`"]),
      (bound(), .challenge(7, []), "a challenge this plugin does not know", ["newer"]),
      (
        bound(), .challenge(1, Proto.field(1, line) + Proto.field(2, "[]")),
        "challenge is no JSON document", ["address"]
      ),
      (
        bound(), .challenge(1, Proto.field(1, "x") + Proto.field(2, "{}")),
        "a public key that cannot be read", ["address"]
      ),
      (bound(), .challenge(1, [0x0A, 0x05]), "a message of the peer", ["update"]),
      (bound(), .challenge(2, [0x0A, 0x05]), "a message of the peer", ["update"]),
      (bound(), .result([0x0A, 0x05]), "a message of the peer", ["update"]),
      (bound(), .result([]), "no join state or no public key", ["join method"]),
      (
        bound(),
        .result(
          Proto.field(
            2, Proto.field(2, "a.b.c") + Proto.field(3, other.publicKey.authorizedKey))),
        "a public key this machine does not have", ["a token for each machine"]
      ),
    ]
    for (machine, message, words, next) in cases {
      let failure = try #require(try await failure(build, machine, message), "\(words)")
      #expect(failure.message.contains(words))
      for next in next { #expect(failure.hint.contains(next), "\(failure)") }
      #expect(failure.message.utf8.count < 255 && failure.hint.utf8.count < 255, "it was cut")
    }
  }

  private func failure(
    _ build: Build, _ machine: Machine, _ message: Message
  ) async throws -> PluginFailure? {
    let agent = try await build.agent(machine.services)
    do {
      _ = try await agent.begin(suite: "balanced-v1")
      switch message {
      case .none: break
      case .challenge(let field, let bytes): _ = try await agent.step(field, bytes)
      case .result(let bytes): try await agent.finish(bytes)
      }
    } catch let failure as PluginFailure {
      await agent.abort()
      return failure
    }
    await agent.abort()
    return nil
  }
}
