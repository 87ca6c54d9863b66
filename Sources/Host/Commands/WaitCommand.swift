import Documents
import PluginHost
import Wire

/// `wait`: asks a running agent until its services are ready.
struct WaitCommand: Sendable {
  private static let requestLimit: Duration = .seconds(5)

  let program: String
  let console: Console
  var sleep: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
  var random: @Sendable (ClosedRange<Int64>) -> Int64 = { Int64.random(in: $0) }
  var ask: @Sendable (ServerAddress, String) async throws(RPCError) -> Page = {
    (address, path) async throws(RPCError) in
    try await fetchPage(address, path: path, limit: WaitCommand.requestLimit)
  }

  private struct Question {
    var address: ServerAddress
    var path: String
    /// Nanoseconds; nil for ever.
    var timeout: Int64?

    /// The same question without waiting.
    var statePath: String { "/readyz" + path.dropFirst("/wait".count) }
  }

  /// Ends with 0 once the agent says that it is ready, and with 1 when that takes longer than `--timeout`.
  ///
  /// - Parameter words: what follows `wait`.
  func run(_ words: [String]) async -> Int32 {
    let question: Question
    do throws(Flags.Mistakes) {
      let flags = try Flags(
        words, Flags.Specification.wait + Flags.Specification.global, environment: { _ in nil })
      if flags.toggle("--help") == true {
        console.print(
          "usage: \(program) wait --diag-addr HOST:PORT [flags]\n\nFlags:\n"
            + Flags.usage(Flags.Specification.wait))
        return 0
      }
      question = try read(flags)
    } catch {
      return console.fail(error.problems.joined(separator: "; ") + "; try: \(program) wait --help")
    }
    guard let timeout = question.timeout else { return await poll(question, Last()) }
    return await limited(question, .nanoseconds(timeout))
  }

  private func read(_ flags: Flags) throws(Flags.Mistakes) -> Question {
    var problems: [String] = []
    if let extra = flags.rest.first { problems.append("unexpected argument \(extra.excerpt)") }
    let service = flags.text("--service")
    if let service, !service.utf8.allSatisfy(Self.isNameByte) || service.isEmpty {
      problems.append("--service is no name of a service: \(service.excerpt)")
    }
    var timeout: Int64?
    if let text = flags.text("--timeout") {
      timeout = GoDuration.nanoseconds(text)
      if timeout ?? 0 <= 0 { problems.append("--timeout expects a duration such as 90s or 5m") }
    }
    var address: ServerAddress?
    if let text = flags.text("--diag-addr") {
      do {
        address = try ServerAddress(pagesAt: text)
      } catch {
        problems.append("--diag-addr: \(error.message)")
      }
    } else {
      problems.append("--diag-addr is missing; name the `diag_addr` of the running agent")
    }
    guard let address, problems.isEmpty else { throw Flags.Mistakes(problems: problems) }
    return Question(
      address: address, path: service.map { "/wait/\($0)" } ?? "/wait", timeout: timeout)
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "+"):
      true
    default: false
    }
  }

  /// What the agent said last, for the sentence at the end.
  private actor Last {
    var text = "it has not answered yet"

    func set(_ text: String) { self.text = text }
  }

  private func limited(_ question: Question, _ limit: Duration) async -> Int32 {
    let last = Last()
    return await withTaskGroup(of: Int32?.self) { group in
      group.addTask { await poll(question, last) }
      group.addTask {
        try? await sleep(limit)
        return nil
      }
      let first = await group.next() ?? nil
      group.cancelAll()
      if let first { return first }
      // A request that is held says nothing; the state of now does.
      if let page = try? await ask(question.address, question.statePath) {
        await last.set(Self.words(page.body))
      }
      return console.fail(
        "the agent at \(question.address) was not ready within \(limit): \(await last.text)")
    }
  }

  private func poll(_ question: Question, _ last: Last) async -> Int32 {
    var pause: Int64 = 20
    while !Task.isCancelled {
      do throws(RPCError) {
        let page = try await ask(question.address, question.path)
        if (200..<300).contains(page.status) { return 0 }
        // No amount of waiting makes a service of an agent that runs.
        if page.status == 404 {
          return console.fail(
            "\(question.address) has no \(question.path): \(Self.words(page.body))")
        }
        await last.set(Self.words(page.body))
      } catch {
        await last.set(error.message)
      }
      try? await sleep(.milliseconds(random(pause / 2...pause)))
      pause = min(pause * 2, 2000)
    }
    return 1
  }

  /// The services that are not healthy, or whatever else the page says.
  private static func words(_ body: [UInt8]) -> String {
    guard let document = try? JSON.parse(body) else {
      return String(decoding: body.prefix(200), as: UTF8.self).printable
    }
    if let error = document["error"]?.string { return error.printable }
    let services = document["services"]?.members ?? [Member("it", document)]
    let waiting = services.compactMap { member -> String? in
      guard let status = member.value["status"]?.string, status != "healthy" else { return nil }
      let reason = member.value["reason"]?.string.map { ": \($0)" } ?? ""
      return "\(member.key) is \(status)\(reason)".printable
    }
    return waiting.joined(separator: "; ")
  }
}

extension Member {
  fileprivate init(_ key: String, _ value: Node) {
    self.init(key: key, keyPosition: .none, value: value)
  }
}
