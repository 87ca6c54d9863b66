import Testing

@testable import Host

@Suite("A pause", .timeLimit(.minutes(1)))
struct RunAlarmTests {
  @Test("lasts as long as it is told to")
  func whole() async {
    let naps = Naps()
    let alarm = naps.alarm
    await alarm.pause(.seconds(7), since: alarm.generation)
    #expect(naps.durations == [.seconds(7)])
  }

  @Test("ends when everybody is woken, for each who pauses")
  func woken() async {
    let naps = Naps { _ in true }
    let alarm = naps.alarm
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<3 { group.addTask { await alarm.pause(.seconds(9), since: 0) } }
      await naps.diary.reaches("sleeps 9.0 seconds", times: 3)
      alarm.wakeAll()
    }
    #expect(alarm.generation == 1)
  }

  @Test("of a part ends with those of everybody, and alone")
  func parts() async {
    let naps = Naps { _ in true }
    let alarm = naps.alarm
    let part = alarm.part()
    let all = Task { await alarm.pause(.seconds(8), since: 0) }
    let some = Task { await part.pause(.seconds(9), since: 0) }
    await naps.diary.reaches("sleeps 8.0 seconds")
    await naps.diary.reaches("sleeps 9.0 seconds")
    part.wakeAll()
    await some.value
    #expect((alarm.generation, part.generation) == (0, 1))
    let again = Task { await part.pause(.seconds(9), since: 1) }
    await naps.diary.reaches("sleeps 9.0 seconds", times: 2)
    alarm.wakeAll()
    await all.value
    await again.value
    #expect((alarm.generation, part.generation) == (1, 2))
  }

  @Test("is left out by who was at work when everybody was woken")
  func wokenBefore() async {
    let naps = Naps { _ in true }
    let alarm = naps.alarm
    let seen = alarm.generation
    alarm.wakeAll()
    await alarm.pause(.seconds(9), since: seen)
    #expect(naps.durations.isEmpty)
  }

  @Test("ends with its task, and so does the timer behind it")
  func cancelled() async {
    let naps = Naps { _ in true }
    let alarm = naps.alarm
    let task = Task { await alarm.pause(.seconds(9), since: 0) }
    await naps.diary.reaches("sleeps 9.0 seconds")
    task.cancel()
    await task.value
    // The one who slept is forgotten: waking wakes nobody, and the next pause is a new one.
    alarm.wakeAll()
    let next = Task { await alarm.pause(.seconds(9), since: 1) }
    await naps.diary.reaches("sleeps 9.0 seconds", times: 2)
    next.cancel()
    await next.value
  }

  @Test("between attempts doubles from a second to a minute, half of it left to chance")
  func backoff() {
    for (share, text) in [(0, "shortest"), (1, "longest")] as [(Int64, String)] {
      var backoff = Backoff { $0.lowerBound + share * ($0.upperBound - $0.lowerBound) }
      let pauses = (0..<9).map { _ in backoff.next() }
      let whole: [Int64] = [1, 2, 4, 8, 16, 32, 60, 60, 60]
      #expect(pauses == whole.map { .milliseconds($0 * 1000 / (2 - share)) }, "\(text)")
    }
  }
}
