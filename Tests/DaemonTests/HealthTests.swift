import Documents
import PluginHost
import Synchronization
import Testing
import Wire

@testable import Daemon

@Suite("The health of services", .timeLimit(.minutes(1)))
struct HealthTests {
  private final class Watch: HostClock {
    let seconds = Mutex<Int64>(1_769_860_800)
    var wallNanoseconds: Int64 { seconds.withLock { $0 } * 1_000_000_000 }
    var monotonicNanoseconds: UInt64 { 0 }
  }

  private let watch = Watch()
  private let board: HealthBoard
  private let pages: DiagnosticPages

  init() {
    board = HealthBoard(["bakery", "mill"], clock: watch)
    let metrics = Metrics([])
    pages = DiagnosticPages(health: board, metrics: metrics) {
      metrics.add(to: Metrics.dropped)
    }
  }

  private func page(_ path: String) async throws -> (status: Int, text: String) {
    let page: Page
    switch try #require(pages.answer(path)) {
    case .page(let ready): page = ready
    case .later(let make): page = await make()
    }
    return (page.status, String(decoding: page.body, as: UTF8.self))
  }

  @Test("is one document, with a reason for what is wrong and null before the first report")
  func document() async throws {
    board.healthy("mill")
    #expect(
      try await page("/readyz") == (
        503,
        """
        {
          "status": "unhealthy",
          "services": {
            "bakery": {
              "status": "initializing",
              "updated_at": null
            },
            "mill": {
              "status": "healthy",
              "updated_at": "2026-01-31T12:00:00.000Z"
            }
          }
        }

        """
      ))
    board.unhealthy("bakery", "the oven is \"cold\"\u{1B}[2J")
    let document = try JSON.parse(Array(try await page("/readyz").text.utf8))
    #expect(document["services"]?["bakery"]?["reason"]?.string == "the oven is \"cold\"?[2J")
    board.healthy("bakery")
    #expect(try await page("/readyz").status == 200)
    #expect(!(try await page("/readyz").text.contains("reason")))
  }

  @Test("is the worse of how the runs go and what the plugin says, until it says something else")
  func plugin() async throws {
    board.healthy("mill")
    board.healthy("bakery")
    board.says("mill", .unhealthy, "the wheel is stuck")
    #expect(try await page("/readyz").status == 503)
    #expect(board.one("mill")?.reason == "the plugin is not well: the wheel is stuck")
    board.healthy("mill")
    #expect(board.one("mill")?.status == .unhealthy)
    board.unhealthy("mill", "no corn")
    #expect(board.one("mill")?.reason == "no corn")
    board.healthy("mill")
    board.says("mill", .initializing, "")
    #expect(board.one("mill")?.status == .initializing)
    #expect(board.one("mill")?.reason == "the plugin is not ready yet")
    #expect(try await page("/readyz").status == 503)
    watch.seconds.withLock { $0 += 5 }
    board.says("mill", .unhealthy, String(repeating: "\u{E9}", count: 9000))
    #expect(board.one("mill")?.reason.count == 256)
    #expect(board.one("mill")?.updatedAt == watch.wallNanoseconds)
    board.says("mill", .healthy, "ignored")
    #expect(board.one("mill")?.reason == "")
    #expect(try await page("/readyz").status == 200)
  }

  @Test("of a service that has not run is not made good by what its plugin says, nor invented")
  func pluginFirst() async throws {
    board.says("mill", .healthy, "")
    #expect(board.one("mill")?.status == .initializing)
    board.says("well", .unhealthy, "dry")
    #expect(board.one("well") == nil)
    board.says("mill", .unhealthy, "the wheel is stuck")
    // It has reported, so nobody waits for it any more.
    await board.reported("mill")
    #expect(board.one("mill")?.status == .unhealthy)
  }

  @Test("of one service is asked by its name")
  func one() async throws {
    #expect(try await page("/readyz/mill").status == 503)
    board.healthy("mill")
    let mill = try await page("/readyz/mill")
    #expect(mill.status == 200)
    #expect(try JSON.parse(Array(mill.text.utf8))["status"]?.string == "healthy")
    for path in ["/readyz/well", "/wait/well", "/readyz/", "/readyz/mill/"] {
      let missing = try await page(path)
      #expect(missing.status == 404)
      let error = try JSON.parse(Array(missing.text.utf8))["error"]?.string
      #expect(error?.contains("there are: bakery, mill") == true)
    }
  }

  @Test("ends when what it rests on ends, whoever reports nothing more")
  func ends() async throws {
    board.healthy("mill", until: 1_769_860_900, endReason: "the water has run out")
    #expect(try await page("/readyz/mill").status == 200)
    watch.seconds.withLock { $0 = 1_769_860_901 }
    let mill = try await page("/readyz/mill")
    #expect(mill.status == 503 && mill.text.contains("the water has run out"))
  }

  @Test("follows the last event, also back to good")
  func follows() {
    board.unhealthy("mill", "no wind")
    board.healthy("mill")
    #expect(board.one("mill")?.status == .healthy)
    board.healthy("somebody else")
    #expect(board.one("somebody else") == nil)
  }

  @Test("is waited for until every service has spoken, well or not")
  func waits() async throws {
    async let both = page("/wait")
    async let mill = page("/wait/mill")
    board.healthy("mill")
    #expect(try await mill.status == 200)
    board.unhealthy("bakery", "no flour")
    let answer = try await both
    #expect(answer.status == 503 && answer.text.contains("no flour"))
  }

  @Test("is told as it is when waiting is cut short")
  func cutShort() async throws {
    let waiting = Task { try await page("/wait") }
    waiting.cancel()
    let answer = try await waiting.value
    #expect(answer.status == 503 && answer.text.contains("initializing"))
  }

  @Test("does not let too many wait")
  func crowd() async throws {
    try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<33 { group.addTask { try await page("/wait/mill").text } }
      // Nobody who is let in is answered before the mill has reported.
      let first = try await group.next()
      #expect(first?.contains("too many requests wait already") == true)
      board.healthy("mill")
      var answered = 0
      for try await text in group {
        #expect(text.contains("healthy"))
        answered += 1
      }
      #expect(answered == 32)
    }
    #expect(try await page("/wait/mill").status == 200)
  }

  @Test("of the process is that it answers; anything else is not there")
  func plain() async throws {
    #expect(try await page("/livez") == (200, "OK"))
    for path in ["/", "", "/livez/", "/readyzz", "/metrics/x", "/debug/pprof/"] {
      #expect(try await page(path).status == 404, "\(path)")
    }
  }

  @Test("comes with measurements that are brought up to date before they are shown")
  func metrics() async throws {
    guard case .later(let make)? = pages.answer("/metrics") else {
      Issue.record("the page is made when it is asked for")
      return
    }
    let page = await make()
    #expect(page.contentType == "text/plain; version=0.0.4; charset=utf-8")
    #expect(
      String(decoding: page.body, as: UTF8.self).hasSuffix("\ntenon_metrics_dropped_total 1\n"))
  }
}
