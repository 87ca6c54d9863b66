import Documents
import PluginHost

/// Makes the unit that was asked for, and says what on the machine does not suit it.
struct UnitPlanner {
  let request: UnitRequest
  /// The command, for the unit's first line.
  let tool: String
  /// Path of the agent.
  let program: String
  let machine: Machine
  let reader: ConfigReader
  let catalog: (PluginPolicy) -> PluginCatalog

  struct Plan {
    var unit: ServiceUnit
    /// One phrase each, with what to do about it.
    var warnings: [String]
  }

  /// Why there can be no such unit, one phrase each.
  struct Refusal: Error { var problems: [String] }

  func plan() throws(Refusal) -> Plan {
    if let fault = UnitText.fault(of: program) {
      throw Refusal(problems: [
        "the path of the agent \(program.excerpt) \(fault); install it elsewhere"
      ])
    }
    var warnings = UnitWarnings(request: request, machine: machine)
    warnings.lookAtAccounts()
    let writesPIDFile =
      request.pidFile != nil || request.isHardened || machine.account(request.user)?.uid == 0
    var unit = ServiceUnit(
      tool: tool, name: request.name, user: request.user, group: request.group,
      reportsStarts: request.reportsStarts, program: program,
      configuration: request.configuration, pluginDirectory: request.pluginDirectory,
      pidFile: request.pidFile ?? defaultPIDFile, writesPIDFile: writesPIDFile)
    switch outline() {
    case .success(let outline):
      if request.isHardened { unit.confinement = try confinement(outline, unit, &warnings) }
      warnings.lookAtFolders(outline.folders, mustExist: request.isHardened)
    case .failure(let refusal) where request.isHardened:
      throw Refusal(problems: ["--hardened is made from the configuration; \(refusal)"])
    case .failure(let refusal):
      warnings.add("the agent would not start with the configuration as it is: \(refusal)")
    }
    warnings.lookAtConfiguration()
    if writesPIDFile { warnings.lookAtPIDFile(unit.pidFile) }
    return Plan(unit: unit, warnings: warnings.list)
  }

  private func outline() -> Result<ConfigOutline, ConfigRefusal> {
    do throws(ConfigRefusal) {
      return .success(try reader.outline(file: request.configuration))
    } catch {
      return .failure(error)
    }
  }

  /// Only root can write to /run itself, so a confined agent gets a folder of its own there.
  private var defaultPIDFile: String {
    request.isHardened ? "\(runtimeFolder)/\(request.name).pid" : "/run/\(request.name).pid"
  }

  private var runtimeFolder: String { "/run/\(request.name)" }

  private func confinement(
    _ outline: ConfigOutline, _ unit: ServiceUnit, _ warnings: inout UnitWarnings
  ) throws(Refusal) -> Confinement {
    var problems: [String] = []
    for folder in outline.folders {
      guard let fault = UnitText.fault(of: folder) else { continue }
      problems.append(
        "\(request.configuration) names the folder \(folder.excerpt), which \(fault); rename it")
    }
    let needs = needs(outline, &problems)
    guard problems.isEmpty else { throw Refusal(problems: problems) }
    var writable = outline.folders
    let pidFolder = UnitWarnings.parent(of: unit.pidFile)
    if pidFolder != runtimeFolder, !writable.contains(pidFolder) { writable.append(pidFolder) }
    let seen =
      [program, request.configuration] + [request.pluginDirectory].compactMap(\.self)
      + outline.paths + [outline.plugins.directory].compactMap(\.self) + writable
    return Confinement(
      runtimeDirectory: request.name, writable: writable, devices: needs.flatMap(\.nodes),
      deviceGroups: warnings.groups(for: needs),
      homes: Self.isAny(of: seen, below: ["/home", "/root", "/run/user"]) ? .readOnly : .hidden,
      hasOwnTemporaryFolders: !Self.isAny(of: seen, below: ["/tmp", "/var/tmp"]))
  }

  /// Read from manifests; no plugin runs.
  private func needs(_ outline: ConfigOutline, _ problems: inout [String]) -> [DeviceNeed] {
    let catalog = catalog(outline.plugins)
    var needs: [DeviceNeed] = []
    func add(_ find: () throws(PluginRefusal) -> CatalogEntry) {
      do throws(PluginRefusal) {
        for need in try find().manifest.needs.compactMap(DeviceNeed.named)
        where !needs.contains(need) {
          needs.append(need)
        }
      } catch {
        let text = "--hardened asks the plugins what devices they need; \(error)"
        if !problems.contains(text) { problems.append(text) }
      }
    }
    if let method = outline.joinMethod {
      add { () throws(PluginRefusal) in try catalog.joinMethod(method) }
    }
    for type in outline.outputTypes {
      add { () throws(PluginRefusal) in try catalog.output(type) }
    }
    return needs
  }

  private static func isAny(of paths: [String], below folders: [String]) -> Bool {
    paths.contains { path in folders.contains { path == $0 || path.hasPrefix($0 + "/") } }
  }
}
