import Glibc

/// What opening a plugin must leave as it was.
struct ProcessState {
  let threads: Int
  let descriptors: Int
  let locale: String
  let handlers: [UInt]

  static func now() -> ProcessState {
    ProcessState(
      threads: count("/proc/self/task"), descriptors: count("/proc/self/fd"),
      locale: setlocale(LC_ALL, nil).map { String(cString: $0) } ?? "", handlers: signalHandlers())
  }

  /// One word per kind of change.
  func changes(since before: ProcessState) -> [String] {
    var changes: [String] = []
    if threads > before.threads { changes.append("a thread") }
    if descriptors > before.descriptors { changes.append("an open descriptor") }
    if locale != before.locale { changes.append("another locale") }
    if handlers != before.handlers { changes.append("a signal handler") }
    return changes
  }

  private static func count(_ directory: String) -> Int {
    guard let handle = opendir(directory) else { return 0 }
    defer { closedir(handle) }
    var count = 0
    while readdir(handle) != nil { count += 1 }
    return count
  }

  private static func signalHandlers() -> [UInt] {
    (1..<65).map { number in
      var action = sigaction()
      guard sigaction(Int32(number), nil, &action) == 0 else { return 0 }
      return unsafeBitCast(action.__sigaction_handler.sa_handler, to: UInt.self)
    }
  }
}
