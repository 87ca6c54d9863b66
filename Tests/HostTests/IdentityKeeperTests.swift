import Credentials
import Foundation
import PluginHost
import Testing
import Wire

@testable import Host

@Suite("The agent's identity", .timeLimit(.minutes(1)))
struct IdentityKeeperTests {
  @Test(
    "is got by a first join, renewed over itself, and recovered without itself once it has expired")
  func purposes() async throws {
    try await Bench.with { bench in
      try await bench.withParts { parts in
        try await parts.keeper.load()
        #expect(await parts.keeper.isUsable == false)
        try await parts.keeper.renew()
        #expect(await parts.keeper.isUsable)
        #expect(await parts.keeper.secondsLeft == 3600)
        try await parts.keeper.renew()
        bench.clock.advance(3601)
        #expect(await parts.keeper.isUsable == false)
        try await parts.keeper.renew()
        #expect(await parts.keeper.secondsLeft == 3600)
      }
      #expect(
        bench.cluster.events == [
          "join by a stranger", "purpose 1", "ping", "join", "purpose 2", "ping",
          "join by a stranger", "purpose 3", "ping",
        ])
      #expect(bench.log.lines.filter { $0.contains("  INFO  joined  ") }.count == 2)
      #expect(bench.log.line("INFO", "identity renewed").contains("bot_instance=11111111-"))
    }
  }

  @Test("outlives the agent, together with what the method remembers of its join")
  func stored() async throws {
    try await Bench.with { bench in
      try await bench.withParts { try await $0.keeper.renew() }
      #expect(bench.scratch.text("storage/stamp") == "\u{12}\u{7}welcome")
      #expect(try bench.scratch.mode("storage/key") == 0o600)
      try await bench.withParts { parts in
        try await parts.keeper.load()
        #expect(try await parts.keeper.usable().identity.botName == FakeCluster.bot)
      }
      #expect(bench.cluster.events.count == 3)
    }
  }

  @Test("is shown to the authority as soon as it is durable, and good without an answer to that")
  func shown() async throws {
    try await Bench.with { bench in
      bench.cluster.refuse("ping", RPCError(.unknown, "not today"))
      try await bench.withParts { parts in
        try await parts.keeper.renew()
        #expect(await parts.keeper.isUsable)
        let line = bench.log.line("WARN", "the authority was not told that the new identity")
        #expect(line.contains("not today"))
        try await parts.keeper.renew()
      }
      #expect(
        bench.cluster.events
          == ["join by a stranger", "purpose 1", "ping", "join", "purpose 2", "ping"])
    }
  }

  @Test("that the disk did not take is not used, and saved before anybody joins again")
  func unsaved() async throws {
    try await Bench.with { bench in
      try await bench.withParts { parts in
        try await parts.keeper.renew()
        let first = try await parts.keeper.usable().privateKey.pem
        // What is in the way of one file keeps all of them.
        let files = FileManager.default
        let key = bench.scratch.path("storage/key")
        try files.removeItem(atPath: key)
        try files.createDirectory(atPath: key, withIntermediateDirectories: false)
        for _ in 0..<2 {
          let error = try await failure { try await parts.keeper.renew() }
          #expect(error.message.contains("storage/key"), "\(error)")
          #expect(try await parts.keeper.usable().privateKey.pem == first)
        }
        #expect(
          bench.cluster.events == ["join by a stranger", "purpose 1", "ping", "join", "purpose 2"])
        try files.removeItem(atPath: key)
        bench.cluster.refuse("join", RPCError(.accessDenied, "not now"))
        _ = try await failure { try await parts.keeper.renew() }
        let second = try await parts.keeper.usable().privateKey.pem
        #expect(second != first && bench.scratch.text("storage/key") == second)
        try await parts.keeper.renew()
        #expect(bench.cluster.events.suffix(4) == ["join", "join", "purpose 2", "ping"])
        #expect(try await parts.keeper.usable().privateKey.pem != second)
      }
    }
  }

  @Test("is not lent to anybody before it is there and after it has expired")
  func usable() async throws {
    try await Bench.with { bench in
      try await bench.withParts { parts in
        let none = try await failure { try await parts.keeper.usable() }
        #expect(none.message == "the agent has no identity yet")
        #expect(await parts.keeper.secondsLeft == nil)
        try await parts.keeper.renew()
        bench.clock.advance(3700)
        let expired = try await failure { try await parts.keeper.usable() }
        #expect(expired.message.hasSuffix(#"identity of "bot-robot" expired 100 seconds ago"#))
        #expect(none.remedy == .retry && expired.remedy == .retry)
      }
    }
  }

  @Test("stays the old one, on disk too, when the method cannot finish the join")
  func finishFails() async throws {
    try await Bench.with { bench in
      try await bench.withParts { parts in
        try await parts.keeper.renew()
        let before = (
          bench.scratch.text("storage/key"), try await parts.keeper.usable().privateKey.pem
        )
        bench.cluster.change { $0.result = "fail" }
        let error = try await failure { try await parts.keeper.renew() }
        #expect(error.message == "org.example.desk: the reader does not like the badge")
        #expect(bench.scratch.text("storage/key") == before.0)
        #expect(bench.scratch.text("storage/stamp") == "\u{12}\u{7}welcome")
        #expect(try await parts.keeper.usable().privateKey.pem == before.1)
        // What was held back is gone, and the next join is not disturbed by it.
        bench.cluster.change { $0.result = "hello" }
        try await parts.keeper.renew()
        #expect(bench.scratch.text("storage/stamp") == "\u{12}\u{5}hello")
      }
    }
  }

  @Test("is renewed once for everybody who asks while that is under way")
  func together() async throws {
    try await Bench.with { bench in
      try await bench.withParts { parts in
        async let one: Void = parts.keeper.renew()
        async let two: Void = parts.keeper.renew()
        async let three: Void = parts.keeper.renew()
        _ = try await (one, two, three)
        let joins = bench.cluster.events.filter { $0.hasPrefix("join") }.count
        // Who comes after the end begins another; nobody joins beside anybody.
        #expect((1...3).contains(joins))
        #expect(bench.cluster.events.count == 3 * joins)
      }
    }
  }

  @Test("is not used when another token is configured, and got anew with that one")
  func otherToken() async throws {
    try await Bench.with { bench in
      try await bench.withParts { try await $0.keeper.renew() }
      var other = bench
      other.configuration.onboarding?.token = "another"
      try await other.withParts { parts in
        try await parts.keeper.load()
        #expect(await parts.keeper.isUsable == false)
        let error = try await failure { try await parts.keeper.renew() }
        #expect(error.message.contains("token expired or not found"))
      }
      #expect(!bench.log.line("INFO", "another token is configured, joining again").isEmpty)
      #expect(bench.cluster.events.last == "join by a stranger")
    }
  }

  @Test("is enough without onboarding while it is valid, and the lack of it is named afterwards")
  func noOnboarding() async throws {
    try await Bench.with { bench in
      try await bench.withParts { try await $0.keeper.renew() }
      var silent = bench
      silent.configuration.onboarding = nil
      try await silent.withParts { parts in
        try await parts.keeper.load()
        try await parts.keeper.renew()
        #expect(bench.cluster.events.count == 3)
        bench.clock.advance(3700)
        let error = try await failure { try await parts.keeper.renew() }
        #expect(error.message.contains("no stored identity and no `onboarding`"))
      }
    }
  }

  @Test("that cannot be read is told about once and replaced")
  func unreadable() async throws {
    try await Bench.with { bench in
      try await bench.withParts { try await $0.keeper.renew() }
      try bench.scratch.write("storage/tlscert", "-----BEGIN NOTHING-----\n")
      try await bench.withParts { parts in
        try await parts.keeper.load()
        #expect(await parts.keeper.isUsable == false)
        try await parts.keeper.renew()
      }
      let line = bench.log.line("WARN", "the stored identity is not usable, joining again")
      #expect(line.contains("reason="))
      #expect(bench.cluster.events.suffix(2) == ["purpose 1", "ping"])
    }
  }

  @Test("is not renewed while the agent reports, nor reported on while it is renewed")
  func reports() async throws {
    try await Bench.with { bench in
      try await bench.withParts { parts in
        try await parts.keeper.renew()
        let diary = bench.cluster.diary
        for _ in 0..<8 {
          async let renewed: Void = parts.keeper.renew()
          async let reported: Void = parts.keeper.report { identity throws(AgentFailure) in
            diary.write("begin")
            let connection = try await parts.link.authenticated(identity)
            _ = try? await connection.ping()
            await connection.close()
            diary.write("end")
          }
          _ = try await (renewed, reported)
        }
      }
      let events = bench.cluster.events
      for (index, event) in events.enumerated() where event == "begin" {
        #expect(events[index + 1] == "ping" && events[index + 2] == "end")
      }
      #expect(events.filter { $0 == "begin" }.count == 8)
    }
  }
}
