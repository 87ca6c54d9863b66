import CLinux
import Credentials
import Daemon
import PluginHost
import Wire

/// One run of the agent: once, or until it is told to stop.
struct Agent: Sendable {
  let configuration: AgentConfiguration
  let parts: AgentParts
  let log: LineLog
  let clock: any HostClock
  let alarm: Alarm

  /// Attempts of one round for the agent's own identity and for an output.
  private static let identityAttempts = 7
  private static let outputAttempts = 5
  /// How long a join that is under way may go on once a stop is asked for.
  static let lastMoment: Duration = .seconds(5)

  init(
    _ configuration: AgentConfiguration, parts: AgentParts, log: LineLog,
    clock: any HostClock = SystemClock(), alarm: Alarm = Alarm()
  ) {
    self.configuration = configuration
    self.parts = parts
    self.log = log
    self.clock = clock
    self.alarm = alarm
  }

  /// Runs until the work is done or a stop is asked for.
  ///
  /// - Throws: what only a person can mend, and in one-shot mode whatever did not succeed.
  func run(_ requests: AsyncStream<Signals.Request>) async throws(AgentFailure) {
    let work = Task { () async -> Result<Void, AgentFailure> in
      do throws(AgentFailure) {
        if configuration.isOneshot { try await runOnce() } else { try await runOn() }
        return .success(())
      } catch {
        return .failure(error)
      }
    }
    let listener = Task {
      for await request in requests {
        switch request {
        case .renew:
          log.info("renewing everything now")
          alarm.wakeAll()
        case .stop:
          log.info("stopping")
          work.cancel()
          // The answer of a join is worth a moment; an authority that is silent is not worth its limit.
          await alarm.pause(Self.lastMoment, since: alarm.generation)
          await parts.keeper.abandon()
        }
      }
    }
    let result = await work.value
    listener.cancel()
    await listener.value
    await parts.close()
    // A stop that an operator asked for is what a daemon is expected to end with.
    if !configuration.isOneshot, work.isCancelled { return }
    try result.get()
  }

  // MARK: once

  private func runOnce() async throws(AgentFailure) {
    try await parts.keeper.load()
    let keeper = parts.keeper
    do throws(AgentFailure) {
      try await loop("renewal", Self.identityAttempts).attempt { () throws(AgentFailure) in
        try await keeper.renew()
      }
    } catch {
      guard await keeper.isUsable, !Task.isCancelled else { throw error }
      log.error("renewal failed, using the stored identity", [("error", error.description)])
      try await parts.link.ping(try await keeper.usable())
    }
    // Waiting does not make an identity valid that came expired.
    _ = try await keeper.usable()
    for output in parts.outputs {
      try await loop(output.name, Self.outputAttempts).attempt { () throws(AgentFailure) in
        try await output.run(try await keeper.usable())
      }
    }
    do throws(AgentFailure) {
      try await HeartbeatSender(configuration, parts, clock: clock).send(isStartup: true)
    } catch {
      log.warning("no heartbeat was sent", [("error", error.description)])
    }
  }

  // MARK: until stopped

  private func runOn() async throws(AgentFailure) {
    let diagnostics = try await DiagnosticsServer.open(
      configuration, record: parts.record, log: log)
    do throws(AgentFailure) {
      try await serve()
      await diagnostics?.close()
    } catch {
      await diagnostics?.close()
      throw error
    }
  }

  private func serve() async throws(AgentFailure) {
    try await parts.keeper.load()
    try await becomeReady()
    log.info("ready", [("services", "\(parts.outputs.count)")])
    let keeper = parts.keeper
    let heartbeat = HeartbeatSender(configuration, parts, clock: clock)
    await withTaskGroup(of: Void.self) { group in
      let renewals = alarm.part()
      let renewal = loop(
        "renewal", Self.identityAttempts,
        every: .seconds(configuration.lifetime.renewalIntervalSeconds), pausing: renewals)
      group.addTask {
        await renewal.run(isFirstNow: false, since: 0) { () throws(AgentFailure) in
          try await keeper.renew()
        }
      }
      for output in parts.outputs {
        let interval = output.configuration.lifetime.renewalIntervalSeconds
        let rounds = loop(output.name, Self.outputAttempts, every: .seconds(interval))
        group.addTask {
          await rounds.run(isFirstNow: true) { () throws(AgentFailure) in
            try await output.run(try await keeper.usable())
          }
        }
      }
      group.addTask { await beat(heartbeat) }
      group.addTask { await parts.renewals.serve(renewals, pausing: alarm) }
    }
  }

  private func beat(_ heartbeat: HeartbeatSender) async {
    var isStartup = true
    let loop = loop("heartbeat", Self.outputAttempts, every: HeartbeatSender.interval)
    while !Task.isCancelled {
      do throws(AgentFailure) {
        let isFirst = isStartup
        try await loop.attempt { () throws(AgentFailure) in
          try await heartbeat.send(isStartup: isFirst)
        }
        isStartup = false
      } catch {
        if !Task.isCancelled {
          log.warning("no heartbeat was sent", [("error", error.description)])
        }
      }
      tenon_rest()
      await alarm.pause(HeartbeatSender.interval, since: alarm.generation)
    }
  }

  /// Gets a usable identity, however long it takes, unless only a person can help.
  private func becomeReady() async throws(AgentFailure) {
    var backoff = Backoff()
    while true {
      do throws(AgentFailure) {
        return try await parts.keeper.renew()
      } catch {
        if Task.isCancelled { throw error }
        if await parts.keeper.isUsable {
          log.error(
            "renewal failed, going on with the stored identity", [("error", error.description)])
          return
        }
        guard error.remedy != .local else { throw error }
        let pause = backoff.next()
        log.error(
          "cannot join, trying again", [("pause", "\(pause)"), ("error", error.description)])
        await alarm.pause(pause, since: alarm.generation)
        if Task.isCancelled { throw error }
      }
    }
  }

  private func loop(
    _ name: String, _ attempts: Int, every interval: Duration = .zero, pausing: Alarm? = nil
  ) -> RetryLoop {
    let type = configuration.services.first { $0.name == name }?.type ?? "agent"
    let task = name == "renewal" ? AgentRecord.identity : name
    return RetryLoop(
      name: name, interval: interval, attempts: attempts, alarm: pausing ?? alarm, log: log,
      record: parts.record.task(type: type, name: task))
  }
}
