import Credentials
import Documents
import Testing

@testable import Authority
@testable import Wire

/// What agents say of themselves.
@Suite struct HeartbeatTests {
  @Test func heartbeatsAreKeptBesideTheBotInstanceWithTheServersTime() async throws {
    let cluster = try await Cluster.withToken()
    let joined = try await cluster.join(saying: "new")
    for minute in 0..<12 {
      var heartbeat = Heartbeat.sample
      heartbeat.isStartup = minute == 0
      heartbeat.uptimeSeconds = Int64(minute * 60)
      try await cluster.api.submitHeartbeat(heartbeat, peer: joined.peer)
      cluster.clock.advance(60)
    }
    let name = "robot/\(joined.identity.botInstanceID)"
    let status = try #require(try await cluster.get("bot_instance", name)["status"])
    let first = try #require(status["initial_heartbeat"])
    #expect(first["recorded_at"]?.string == "2027-01-15T08:00:00Z")
    #expect(first["is_startup"]?.bool == true)
    #expect(first["hostname"]?.string == "box")
    #expect(first["one_shot"]?.bool == false)
    #expect(first["os"]?.string == "linux")
    let latest = try #require(status["latest_heartbeats"]?.list)
    #expect(latest.count == 10)
    #expect(latest.last?["uptime"]?.string == "660s")
    #expect(status["latest_authentications"]?.list?.count == 1)
    let after = try await cluster.join(saying: "keep", as: joined.peer)
    let kept = try await cluster.get("bot_instance", name)["status"]?["latest_heartbeats"]?.list
    #expect(after.identity.generation == 2)
    #expect(kept?.count == 10)
  }

  @Test func aHeartbeatDoesNotKeepAnInstanceAlive() async throws {
    let cluster = try await Cluster.withToken()
    let joined = try await cluster.join(saying: "new", lifetime: 600)
    cluster.clock.advance(599)
    try await cluster.api.submitHeartbeat(.sample, peer: joined.peer)
    cluster.clock.advance(301)
    #expect(try await cluster.all("bot_instance").isEmpty)
  }

  @Test func tooMuchTextIsRefused() async throws {
    let cluster = try await Cluster.withToken()
    let joined = try await cluster.join(saying: "new")
    var heartbeat = Heartbeat.sample
    heartbeat.hostname = String(repeating: "x", count: 256)
    let error = try await refusal {
      try await cluster.api.submitHeartbeat(heartbeat, peer: joined.peer)
    }
    #expect(error.code == .badParameter)
    #expect(error.message == "a text of the heartbeat has more than 255 bytes")
  }

  @Test func withoutABotInstanceThereIsNowhereToKeepIt() async throws {
    let cluster = try await Cluster.withToken()
    let none = try await refusal {
      try await cluster.api.submitHeartbeat(.sample, peer: cluster.peer { $0.botInstanceID = "" })
    }
    #expect(none.code == .accessDenied)
    let unknown = try await refusal {
      try await cluster.api.submitHeartbeat(.sample, peer: cluster.peer())
    }
    #expect(unknown.code == .notFound)
  }

  @Test func heartbeatsAndJoinsAtOnceLoseNothing() async throws {
    let cluster = try await Cluster.withToken()
    let joined = try await cluster.join(saying: "new")
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        var last = joined
        for _ in 0..<8 {
          let peer = last.peer
          last = try await untilItWins { try await cluster.join(saying: "keep", as: peer) }
        }
      }
      for _ in 0..<4 {
        group.addTask {
          try await untilItWins {
            try await cluster.api.submitHeartbeat(.sample, peer: joined.peer)
          }
        }
      }
      try await group.waitForAll()
    }
    let name = "robot/\(joined.identity.botInstanceID)"
    let status = try await cluster.get("bot_instance", name)["status"]
    #expect(status?["latest_authentications"]?.list?.count == 9)
    #expect(status?["latest_heartbeats"]?.list?.count == 4)
  }

  /// Tries again whenever somebody else was faster.
  private func untilItWins<Output>(_ body: () async throws -> Output) async throws -> Output {
    while true {
      do {
        return try await body()
      } catch let error as RPCError where error.code == .compareFailed {
        continue
      }
    }
  }
}
