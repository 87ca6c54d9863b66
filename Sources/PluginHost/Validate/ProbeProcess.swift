import CLinux
import Glibc

/// A child process that runs a plugin's code in our place, and what became of it.
struct ProbeProcess {
  /// How the child ended.
  enum End: Equatable {
    case exited(Int32)
    case signalled(Int32)
    /// It did not end in time and was killed.
    case stuck
    /// It could not be started: an errno.
    case notStarted(Int32)
  }

  /// Where the child writes its reports: the descriptor after standard error.
  static let reportDescriptor: Int32 = 3
  static let outputLimit = 1 << 18

  /// Runs a program without a shell and collects what it writes to ``reportDescriptor``.
  static func run(_ arguments: [String], deadline: Duration) -> (output: [UInt8], end: End) {
    var ends: [Int32] = [-1, -1]
    guard tenon_pipe(&ends) == 0 else { return ([], .notStarted(errno)) }
    defer { close(ends[0]) }
    var child: pid_t = 0
    let status = spawn(arguments, report: ends[1], &child)
    close(ends[1])
    guard status == 0 else { return ([], .notStarted(status)) }
    let limit = ContinuousClock.now + deadline
    let (output, isStuck) = read(ends[0], until: limit)
    return (output, end(of: child, isStuck: isStuck, until: limit))
  }

  private static func end(
    of child: pid_t, isStuck: Bool, until limit: ContinuousClock.Instant
  ) -> End {
    var code: Int32 = 0
    var isStuck = isStuck
    // A child may close its reports and stay; only then is there anything to wait for here.
    while !isStuck {
      let ended = waitpid(child, &code, WNOHANG)
      if ended == child { return end(code) }
      if ended < 0 && errno != EINTR { return .exited(-1) }
      isStuck = ContinuousClock.now >= limit
      usleep(2000)
    }
    kill(child, SIGKILL)
    while waitpid(child, &code, 0) < 0 && errno == EINTR {}
    return .stuck
  }

  private static func end(_ code: Int32) -> End {
    code & 0x7F == 0 ? .exited((code >> 8) & 0xFF) : .signalled(code & 0x7F)
  }

  private static func spawn(
    _ arguments: [String], report: Int32, _ child: inout pid_t
  ) -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, report, reportDescriptor)
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    tenon_spawn_close_from(&actions, reportDescriptor + 1)
    var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    // A crash is an answer here, nothing to be explained at length on the way out.
    var environment: [UnsafeMutablePointer<CChar>?] = [strdup("SWIFT_BACKTRACE=enable=no")]
    // A plugin sees nothing else of the environment; a sanitizer needs its options.
    for name in ["ASAN_OPTIONS", "TSAN_OPTIONS"] {
      guard let value = getenv(name) else { continue }
      environment.append(strdup("\(name)=\(String(cString: value))"))
    }
    environment.append(nil)
    defer { for word in words + environment { free(word) } }
    return posix_spawn(&child, arguments[0], &actions, nil, &words, &environment)
  }

  private static func read(_ descriptor: Int32, until limit: ContinuousClock.Instant) -> (
    [UInt8], isStuck: Bool
  ) {
    var output: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while output.count < outputLimit {
      let left = ContinuousClock.now.duration(to: limit)
      let milliseconds =
        left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000
      guard milliseconds > 0 else { return (output, true) }
      var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let ready = Glibc.poll(&poll, 1, Int32(clamping: milliseconds))
      if ready < 0 && errno == EINTR { continue }
      guard ready > 0 else { return (output, true) }
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return (output, false) }
      output += buffer.prefix(count)
    }
    return (output, true)
  }
}
