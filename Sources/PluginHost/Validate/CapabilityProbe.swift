import Glibc
import PluginABI

/// What a loaded plugin offers, compared with what its manifest promises, and whether instances start.
struct CapabilityProbe {
  let plugin: LoadedPlugin
  let probe: PluginProbe

  func run() {
    let faults = tableFaults()
    for (check, good) in sentences {
      let fault = faults.first { $0.check == check }
      probe.settle(check, good, or: fault?.reason, fault?.remedy ?? "")
    }
    probe.began("describe-unknown")
    probe.settle(
      "describe-unknown", "has no capability under an unknown id",
      or: plugin.lookup("tenon.no-such-thing/1").table == nil
        ? nil : "offers a capability nobody has defined",
      "compare the whole id and return null for any other")
    describeCommands()
    if faults.isEmpty {
      createInstances()
    } else {
      probe.report(
        .row(
          ValidationRow(
            check: "instance-create", outcome: .skipped,
            sentence: "not asked, because its tables are not in order")))
    }
  }

  /// What to say of tables in order, by check.
  private var sentences: [(check: String, good: String)] {
    [
      ("describe-slots", "fills every function of its tables"),
      ("describe-size", "has tables of the sizes this host knows"),
      ("describe-capability", "has each capability its manifest names, at one address"),
      (
        "describe-checks",
        plugin.manifest.hasSelfTest
          ? "has a self-test whose checks can be listed"
          : "has no self-test, as its manifest says"
      ),
    ]
  }

  private func tableFaults() -> [PluginRefusal] {
    probe.began("describe-capability")
    var faults: [PluginRefusal] = []
    for id in plugin.manifest.capabilities {
      do throws(PluginRefusal) {
        switch id {
        case TENON_CAP_JOIN_METHOD_ID: _ = try JoinMethodInstance.table(of: plugin)
        case TENON_CAP_JOIN_VERIFIER_ID: _ = try JoinVerifierInstance.table(of: plugin)
        case TENON_CAP_OUTPUT_ID: _ = try OutputInstance.table(of: plugin)
        case TENON_CAP_SELF_TEST_ID: _ = try SelfTestTable(of: plugin)
        case TENON_CAP_ALLOWANCES_ID: _ = try AllowanceTable(of: plugin)
        default: break
        }
        let (first, second) = (plugin.lookup(id).table, plugin.lookup(id).table)
        guard first != nil, first == second else {
          throw plugin.refusal(
            "describe-capability", "does not have the capability \(id) at one address")
        }
      } catch {
        faults.append(error)
      }
    }
    return faults
  }

  private func describeCommands() {
    guard plugin.manifest.capabilities.contains(TENON_CAP_COMMANDS_ID) else {
      return probe.pass("describe-commands", "has no commands, as its manifest says")
    }
    if let commands = probe.attempt(
      "describe-commands",
      { () throws(PluginRefusal) in
        try BoundCommand.table(of: plugin)
      })
    {
      probe.pass("describe-commands", "has the commands of its manifest: \(commands.count)")
    }
  }

  /// Starts two instances of each kind at once, as two sections of a configuration would.
  private func createInstances() {
    probe.began("instance-create")
    let outcome = Outcome<Bool>()
    let done = Semaphore()
    let plugin = plugin
    Task {
      do throws(PluginFailure) {
        for id in plugin.manifest.capabilities { try await Self.startTwice(id, of: plugin) }
        outcome.settle(.success(true))
      } catch {
        outcome.settle(.failure(error))
      }
      done.signal()
    }
    done.wait()
    guard case .failure(let failure) = outcome.settled else {
      return probe.pass("instance-create", "starts and ends two instances side by side")
    }
    // Without the operator's configuration a reasoned no is as good as an instance.
    let isExplained = failure.hint != PluginFailure.defectHint
    if isExplained, failure.code != .timedOut {
      probe.pass(
        "instance-create", "does not start without configuration and says why: \(failure.message)")
    } else {
      probe.settle("instance-create", "", or: failure.message, failure.hint)
    }
  }

  private static func startTwice(
    _ id: String, of plugin: LoadedPlugin
  ) async throws(PluginFailure) {
    func services() -> InstanceServices { InstanceServices(probing: plugin.manifest) }
    do {
      switch id {
      case TENON_CAP_JOIN_METHOD_ID:
        let first = try await JoinMethodInstance(plugin, services: services())
        let second = try await JoinMethodInstance(plugin, services: services())
        await first.close()
        await second.close()
      case TENON_CAP_JOIN_VERIFIER_ID:
        let first = try await JoinVerifierInstance(plugin, services: services())
        let second = try await JoinVerifierInstance(plugin, services: services())
        await first.close()
        await second.close()
      case TENON_CAP_OUTPUT_ID:
        let first = try await OutputInstance(plugin, services: services())
        let second = try await OutputInstance(plugin, services: services())
        await first.close()
        await second.close()
      case TENON_CAP_SELF_TEST_ID:
        let first = try await SelfTestInstance(plugin, services: services())
        let second = try await SelfTestInstance(plugin, services: services())
        await first.close()
        await second.close()
      default: break
      }
    } catch let failure as PluginFailure {
      throw failure
    } catch {
      throw PluginFailure(
        pluginID: plugin.manifest.id, code: .internalError, message: "\(error)",
        hint: PluginFailure.defectHint)
    }
  }
}
