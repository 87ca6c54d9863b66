import PluginABI

/// One running command: the memory its `tenon_call` points into.
///
/// Sound to share: made on one task, then touched by the command's thread alone; `find` hops to the
/// cooperative pool and waits on that thread.
final class CommandCall: @unchecked Sendable {
  private let function: tenon_command_function
  let host: HostTable
  private let environment: CommandEnvironment
  private let pluginID: String
  /// What the user gave for parameters that are paths: the files the command may write.
  private let paths: Set<String>

  init(
    function: tenon_command_function, services: InstanceServices, plugin: LoadedPlugin,
    environment: CommandEnvironment, paths: Set<String>
  ) {
    self.paths = paths
    self.function = function
    host = HostTable(services: services, manifest: plugin.manifest)
    self.environment = environment
    pluginID = plugin.manifest.id
  }

  /// Runs the command. A code other than 0 becomes the failure its error object describes.
  func run(_ arguments: [CommandArgument], _ task: CallTask) throws(PluginFailure) -> Int32 {
    let me = Unmanaged.passUnretained(self).toOpaque()
    var slot = ErrorSlot()
    let code: Int32? = slot.fill { error in
      task.lend { task in
        var call = tenon_call(
          struct_size: UInt32(MemoryLayout<tenon_call>.size), flags: 0, host: host.host,
          task: task,
          out: tenon_sink(ctx: me) { context, bytes, count in
            CommandCall.emit(context, bytes, count, isError: false)
          },
          err: tenon_sink(ctx: me) { context, bytes, count in
            CommandCall.emit(context, bytes, count, isError: true)
          },
          error: error,
          find: { call, address, out, error in
            guard let context = call?.pointee.ctx else { return TENON_INTERNAL }
            return Unmanaged<CommandCall>.fromOpaque(context).takeUnretainedValue()
              .find(String(address), out, error)
          },
          ctx: me,
          write_file: { call, path, content, replace, error in
            guard let context = call?.pointee.ctx else { return TENON_INTERNAL }
            return Unmanaged<CommandCall>.fromOpaque(context).takeUnretainedValue()
              .write(String(path), Array(content), replace != 0, error)
          })
        return withUnsafePointer(to: &call) {
          FunctionCall.invoke(self.function, call: $0, arguments: arguments)
        }
      }
    }
    guard let code else {
      throw PluginFailure(
        pluginID: pluginID, code: .internalError,
        message: "libffi refuses the parameters of the command")
    }
    guard code == 0 else {
      throw PluginFailure(
        pluginID: pluginID, code: slot.raw.code == 0 ? code : slot.raw.code, error: slot.raw)
    }
    return 0
  }

  private static func emit(
    _ context: UnsafeMutableRawPointer?, _ bytes: UnsafePointer<UInt8>?, _ count: Int,
    isError: Bool
  ) -> Int32 {
    guard let context, count == 0 || bytes != nil, (0...1 << 20).contains(count) else {
      return TENON_INVALID_ARGUMENT
    }
    let environment = Unmanaged<CommandCall>.fromOpaque(context).takeUnretainedValue().environment
    let output = Array(UnsafeBufferPointer(start: bytes, count: count))
    if isError { environment.err(output) } else { environment.out(output) }
    return TENON_OK
  }

  private func write(
    _ path: String, _ content: [UInt8], _ replaces: Bool,
    _ error: UnsafeMutablePointer<tenon_error>?
  ) -> Int32 {
    guard paths.contains(path) else {
      return ErrorSlot.write(
        error, code: TENON_REFUSED,
        message: "no parameter of this command names \(BoundCommand.shown(path))",
        hint: "a command writes only files that its user named")
    }
    do throws(RecordError) {
      try environment.write(path, content, replaces)
      return TENON_OK
    } catch let failure {
      return ErrorSlot.write(
        error, code: TENON_UNAVAILABLE, message: failure.message, hint: failure.hint)
    }
  }

  private func find(
    _ address: String, _ out: tenon_sink, _ error: UnsafeMutablePointer<tenon_error>?
  ) -> Int32 {
    let environment = environment
    let answer = Waiting.result { () async throws(PluginFailure) in
      try await environment.find(address)
    }
    switch answer {
    case .success(let bytes): return out.put(bytes)
    case .failure(let failure):
      return ErrorSlot.write(
        error, code: failure.code.rawValue, retry: TENON_RETRY_LATER, message: failure.message,
        hint: failure.hint)
    }
  }
}
