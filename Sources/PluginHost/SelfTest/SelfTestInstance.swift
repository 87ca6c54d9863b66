import PluginABI

/// One plugin's self-test: its checks as data, asked one by one on the instance's own thread.
public final class SelfTestInstance: Sendable {
  private let thread: InstanceThread
  private let core: SelfTestCore
  private let clock: any HostClock
  public let pluginID: String
  /// In the order in which they are to be asked.
  public let checks: [SelfTestCheck]

  /// Loads the capability and creates the instance. Its records can be read and not be written.
  ///
  /// - Throws: ``PluginRefusal`` for a table that is not in order, ``PluginFailure`` from the plugin.
  public init(
    _ plugin: LoadedPlugin, services: InstanceServices, deadline: Duration = .seconds(10)
  ) async throws {
    let table = try SelfTestTable(of: plugin)
    pluginID = plugin.manifest.id
    checks = table.checks
    clock = services.clock
    var services = services
    services.storage = services.storage.map { ReadOnlyRecords(records: $0) }
    let host = HostTable(services: services, manifest: plugin.manifest)
    thread = InstanceThread(pluginID: pluginID, progress: host.context.progress)
    let core = SelfTestCore(table: table.raw, host: host, pluginID: pluginID)
    self.core = core
    do {
      try await thread.run(deadline: deadline) { _ throws(PluginFailure) in try core.create() }
    } catch {
      thread.close()
      throw error
    }
  }

  /// Asks the check with this index in ``checks``.
  ///
  /// - Returns: always an answer: a check that does not return is a failed one that says it is stuck,
  ///   and those after it are skipped.
  public func ask(_ index: Int, deadline: Duration) async -> SelfTestAnswer {
    precondition(checks.indices.contains(index), "no check has the index \(index)")
    let core = core
    let start = clock.monotonicNanoseconds
    var finding: SelfTestCore.Finding
    do throws(PluginFailure) {
      finding = try await thread.run(deadline: deadline) { task throws(PluginFailure) in
        core.ask(index, task)
      }
    } catch {
      finding = SelfTestCore.Finding(
        outcome: .failed, sentence: error.message, remedy: error.hint)
      switch error.code {
      case .timedOut: finding.sentence = "stuck: it \(error.message)"
      case .busy:
        finding = SelfTestCore.Finding(
          outcome: .skipped, sentence: "not asked, because an earlier check never returned",
          remedy: "")
      default: break
      }
    }
    let end = clock.monotonicNanoseconds
    return SelfTestAnswer(
      outcome: finding.outcome, sentence: finding.sentence, remedy: finding.remedy,
      duration: .nanoseconds(Int64(clamping: end < start ? 0 : end - start)))
  }

  /// Destroys the instance and ends its thread.
  public func close() async {
    let core = core
    try? await thread.run(deadline: .seconds(10)) { _ throws(PluginFailure) in core.destroy() }
    thread.close()
  }

  public var isStuck: Bool { thread.isStuck }
}

/// Records for who must change nothing.
private struct ReadOnlyRecords: RecordStorage {
  let records: any RecordStorage

  func get(_ name: String) throws(RecordError) -> [UInt8]? { try records.get(name) }

  func putAll(_ changes: [RecordChange]) throws(RecordError) {
    throw RecordError(
      message: "a self-test may not change records",
      hint: "this is a defect of the plugin, report it to its author")
  }
}
