import PluginABI

/// One configured output: a pure renderer.
public final class OutputInstance: Sendable {
  private let thread: InstanceThread
  private let core: Core
  public let pluginID: String

  public init(
    _ plugin: LoadedPlugin, services: InstanceServices, deadline: Duration = .seconds(10)
  ) async throws {
    let table = try Self.table(of: plugin)
    pluginID = plugin.manifest.id
    let host = HostTable(services: services, manifest: plugin.manifest)
    thread = InstanceThread(pluginID: pluginID, progress: host.context.progress)
    let core = Core(
      table: table, host: host,
      pluginID: pluginID)
    self.core = core
    do {
      try await thread.run(deadline: deadline) { _ throws(PluginFailure) in try core.create() }
    } catch {
      thread.close()
      throw error
    }
  }

  /// The plugin's table, complete.
  static func table(of plugin: LoadedPlugin) throws(PluginRefusal) -> tenon_cap_output {
    let table = try plugin.capability(
      TENON_CAP_OUTPUT_ID, as: tenon_cap_output.self, zero: tenon_cap_output(), minimum: 40)
    guard table.create != nil, table.destroy != nil, table.plan != nil, table.render != nil else {
      throw plugin.refusal("describe-slots", "leaves a function of \(TENON_CAP_OUTPUT_ID) out")
    }
    return table
  }

  /// The plan, a JSON document (docs/abi/output-documents.md).
  public func plan(deadline: Duration = .seconds(10)) async throws(PluginFailure) -> [UInt8] {
    let core = core
    return try await thread.run(deadline: deadline) { _ throws(PluginFailure) in try core.plan() }
  }

  /// Renders a credentials document into artifacts, all of them or none.
  public func render(
    credentials: [UInt8], deadline: Duration = .seconds(10)
  ) async throws(PluginFailure) -> [Artifact] {
    let core = core
    return try await thread.run(deadline: deadline) { _ throws(PluginFailure) in
      try core.render(credentials)
    }
  }

  public func close() async {
    let core = core
    try? await thread.run(deadline: .seconds(10)) { _ throws(PluginFailure) in core.destroy() }
    thread.close()
  }

  /// Touched on the instance's thread alone, which is why sharing is sound.
  private final class Core: @unchecked Sendable {
    let table: tenon_cap_output
    let host: HostTable
    let pluginID: String
    private var output: OpaquePointer?

    init(table: tenon_cap_output, host: HostTable, pluginID: String) {
      self.table = table
      self.host = host
      self.pluginID = pluginID
    }

    func create() throws(PluginFailure) {
      try check { self.table.create(self.host.host, &self.output, $0) }
      guard output != nil else {
        throw PluginFailure(
          pluginID: pluginID, code: .internalError,
          message: "created no instance and gave no reason", hint: PluginFailure.defectHint)
      }
    }

    func plan() throws(PluginFailure) -> [UInt8] {
      let collector = Collector(limit: Int(TENON_OUTPUT_PLAN_MAX_BYTES))
      var slot = ErrorSlot()
      let status = slot.fill { self.table.plan(self.output, collector.sink, $0) }
      try collector.check("a plan", of: pluginID)
      guard status == TENON_OK else {
        throw PluginFailure(pluginID: pluginID, code: status, error: slot.raw)
      }
      return collector.bytes
    }

    func render(_ credentials: [UInt8]) throws(PluginFailure) -> [Artifact] {
      let basket = ArtifactBasket()
      let sink = tenon_artifact_sink(ctx: Unmanaged.passUnretained(basket).toOpaque()) {
        context, artifact in
        guard let context, let artifact else { return TENON_INVALID_ARGUMENT }
        return Unmanaged<ArtifactBasket>.fromOpaque(context).takeUnretainedValue()
          .add(artifact.pointee)
      }
      do throws(PluginFailure) {
        try check { error in
          credentials.lend { self.table.render(self.output, $0, sink, error) }
        }
      } catch {
        guard let refused = basket.refused else { throw error }
        throw PluginFailure(pluginID: pluginID, code: .invalidArgument, message: refused)
      }
      if let refused = basket.refused {
        throw PluginFailure(pluginID: pluginID, code: .invalidArgument, message: refused)
      }
      return basket.artifacts
    }

    func destroy() {
      guard let created = output else { return }
      output = nil
      table.destroy(created)
    }

    private func check(
      _ body: (UnsafeMutablePointer<tenon_error>) -> Int32
    ) throws(PluginFailure) {
      var slot = ErrorSlot()
      let status = slot.fill(body)
      guard status == TENON_OK else {
        throw PluginFailure(pluginID: pluginID, code: status, error: slot.raw)
      }
    }
  }
}
