import Glibc
import PluginABI
import PluginHost

/// What the host adds to a plugin call and to a command call, beside the same calls made directly.
///
/// Each figure is the least mean of several rounds: whatever else the machine does only adds.
struct CallCosts {
  private let path: String
  private static let rounds = 7
  private static let sessions = 2_000
  private static let message = [UInt8](repeating: 0x2A, count: 64)
  /// `begin`, eight times `step`, `finish`.
  private static let callsPerSession = 10

  /// - Parameter options: `plugin` is a join method that answers every challenge with an echo.
  init(_ options: Options) throws(BenchError) { path = try options.text("plugin") }

  func run() async throws {
    let hosted = try await hostedNanoseconds()
    let direct = try DirectPlugin(path: path)
    let plain =
      try Self.least(of: Self.sessions * 50) { count in
        for _ in 0..<count { try direct.session(message: Self.message) }
      } / Double(Self.callsPerSession)
    let (bound, unbound) = try Self.commandNanoseconds()
    Self.report("plugin-call-us", hosted / 1_000)
    Self.report("plugin-call-direct-us", plain / 1_000)
    Self.report("command-call-us", bound / 1_000)
    Self.report("command-call-direct-us", unbound / 1_000)
  }

  private func hostedNanoseconds() async throws -> Double {
    let entry = try CatalogEntry(path: path, policy: LoadPolicy(user: geteuid()))
    let method = try await JoinMethodInstance(
      try LoadedPlugin(entry), services: InstanceServices(log: SilentLog()))
    let parameters = JoinParameters(
      purpose: .first, suite: "", tokenName: "bench", publicTLSKey: Self.message,
      publicSSHKey: Self.message)
    var best = Double.infinity
    for _ in 0..<Self.rounds {
      let began = ContinuousClock.now
      for _ in 0..<Self.sessions {
        _ = try await method.begin(parameters, deadline: .seconds(10))
        for _ in 0..<Self.callsPerSession - 2 {
          let answer = try await method.step(
            field: 1, message: Self.message, deadline: .seconds(10))
          guard answer.message == Self.message else { throw BenchError("the plugin is no echo") }
        }
        try await method.finish(result: [], deadline: .seconds(10))
      }
      best = min(best, Self.nanoseconds(ContinuousClock.now - began))
    }
    await method.close()
    return best / Double(Self.sessions * Self.callsPerSession)
  }

  /// A command with a text and a number, through libffi and directly.
  private static func commandNanoseconds() throws -> (bound: Double, direct: Double) {
    typealias Command =
      @convention(c) (UnsafePointer<tenon_call>?, UnsafePointer<CChar>?, Int64) -> Int32
    let command: Command = { call, text, number in
      call != nil && text != nil && number == 7 ? 0 : 1
    }
    let function = unsafeBitCast(command, to: tenon_command_function.self)
    var call = tenon_call()
    call.struct_size = UInt32(MemoryLayout<tenon_call>.size)
    return try withUnsafePointer(to: &call) { call in
      let arguments: [CommandArgument] = [.text("/var/lib/tenon/bot"), .signed(7)]
      let bound = try least(of: 200_000) { count in
        for _ in 0..<count {
          guard FunctionCall.invoke(function, call: call, arguments: arguments) == 0 else {
            throw BenchError("libffi did not call the command")
          }
        }
      }
      let text = "/var/lib/tenon/bot".utf8CString.map { $0 }
      let direct = try text.withUnsafeBufferPointer { text in
        try least(of: 20_000_000) { count in
          for _ in 0..<count {
            guard command(call, text.baseAddress, 7) == 0 else {
              throw BenchError("the command was not called")
            }
          }
        }
      }
      return (bound, direct)
    }
  }

  /// Nanoseconds of one of `count` calls, in the fastest round.
  private static func least(of count: Int, _ body: (Int) throws -> Void) rethrows -> Double {
    var best = Double.infinity
    for _ in 0..<rounds {
      let began = ContinuousClock.now
      try body(count)
      best = min(best, nanoseconds(ContinuousClock.now - began))
    }
    return best / Double(count)
  }

  private static func nanoseconds(_ duration: Duration) -> Double {
    let (seconds, attoseconds) = duration.components
    return Double(seconds) * 1e9 + Double(attoseconds) / 1e9
  }

  private static func report(_ name: String, _ value: Double) { print(name, value) }
}
