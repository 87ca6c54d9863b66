import Foundation
import Synchronization
import TPMMessages
import Testing

/// Joins that are killed. The TPM here has no resource manager that cleans up behind them.
@Suite("killed joins", .enabled(if: Shipped.isBuilt, "run make plugins first"))
struct CrashTests {
  /// Well formed, and made for nobody: the TPM tries to open it, under a policy session.
  private static let forNobody = EncryptedCredential(
    blob: [0, 68, 0, 32] + [UInt8](repeating: 7, count: 66),
    secret: [1, 0] + [UInt8](repeating: 9, count: 256)
  ).encoded

  /// How many commands an undisturbed join sends.
  private func commands(_ tpm: SoftwareTPM) async throws -> Int {
    let relay = try Relay(tpm)
    defer { relay.close() }
    let printed = try await aside {
      try Joiner().run(address: relay.address) { _ in Self.forNobody }
    }
    #expect(printed["refused"]?.contains("was not made for this TPM") == true, "\(printed)")
    return relay.commands.count
  }

  private func killAfter(_ command: Int, _ tpm: SoftwareTPM) async throws {
    let joiner = Joiner()
    let wasKilled = Mutex(false)
    let relay = try Relay(tpm) { number, _ in
      guard number == command else { return .pass }
      return .cut {
        wasKilled.withLock { $0 = true }
        joiner.kill()
      }
    }
    defer { relay.close() }
    _ = try await aside { try joiner.run(address: relay.address) { _ in Self.forNobody } }
    #expect(wasKilled.withLock { $0 }, "the join ended before command \(command)")
  }

  private func joins(_ tpm: SoftwareTPM) async throws {
    let printed = try await aside {
      try Joiner().run(address: tpm.address) {
        try CredentialMaker(tpm, initMessage: $0).challenge(hiding: CeremonyTests.secret)
      }
    }
    let solution = try CredentialSolution(parsing: Joiner.bytes(try #require(printed["solution"])))
    #expect(solution.secret == CeremonyTests.secret)
  }

  @Test("a join killed after any of its commands leaves nothing that outlives the next join")
  func everyPoint() async throws {
    // The first join sets the TPM up; the ones after it are alike.
    for command in 1...(try await commands(try SoftwareTPM())) {
      let fresh = try SoftwareTPM()
      try await killAfter(command, fresh)
      try await joins(fresh)
      #expect(try fresh.loaded == [], "killed after command \(command) of a first join")
    }
    let tpm = try SoftwareTPM()
    try await joins(tpm)
    let before = try tpm.handles("persistent")
    for command in 1...(try await commands(tpm)) {
      try await killAfter(command, tpm)
      try await joins(tpm)
      #expect(try tpm.loaded == [], "killed after command \(command)")
    }
    #expect(try tpm.handles("persistent") == before)
  }

  /// The commands after which a join is killed are drawn from a fixed seed, and so is the order: kills
  /// follow each other at times. For the TPM a command is done or was never sent, so killing between
  /// any two of them is killing at any moment.
  @Test("after 200 joins and 200 kills, in any order, the next join works and nothing has grown")
  func campaign() async throws {
    let tpm = try SoftwareTPM()
    try await joins(tpm)
    let before = try held(tpm)
    let count = try await commands(tpm)
    var dice = Seeded(20_261_121)
    let kills = ([Bool](repeating: true, count: 200) + [Bool](repeating: false, count: 200))
      .shuffled(using: &dice)
    var points: Set<Int> = []
    var most = 0
    for isKilled in kills {
      if isKilled {
        let point = Int.random(in: 1...count, using: &dice)
        points.insert(point)
        try await killAfter(point, tpm)
        most = max(most, try tpm.handles("transient").count)
      } else {
        try await joins(tpm)
        #expect(try tpm.handles("transient") == [])
      }
    }
    try await joins(tpm)
    let after = try held(tpm)
    #expect(after == before)
    print(
      "tpm campaign: 200 joins and 200 kills after \(points.count) of \(count) commands;"
        + " transient handles \(before[0].count) before, \(most) at most after a kill,"
        + " \(after[0].count) after the next join")
  }

  /// What the TPM holds, kind by kind.
  private func held(_ tpm: SoftwareTPM) throws -> [[String]] {
    try ["transient", "loaded-session", "saved-session", "persistent"].map { try tpm.handles($0) }
  }

  @Test("keys and sessions of other programs are left alone")
  func foreignObjects() async throws {
    let tpm = try SoftwareTPM()
    try tpm.tool("tpm2_createprimary", ["-C", "o", "-G", "ecc", "-c", tpm.file("other")])
    try tpm.tool("tpm2_startauthsession", ["--hmac-session", "-S", tpm.file("session")])
    let before = try tpm.handles("transient") + tpm.handles("saved-session")
    try await joins(tpm)
    #expect(before.count == 2)
    #expect(try tpm.handles("transient") + tpm.handles("saved-session") == before)
  }
}
