import Credentials
import PluginHost
import Synchronization

/// A clock that stands still until a test moves it.
final class TestClock: HostClock {
  /// 2030-01-01T00:00:00Z.
  static let start: Int64 = 1_893_456_000
  private let seconds = Mutex(TestClock.start)

  var now: Int64 {
    get { seconds.withLock { $0 } }
    set { seconds.withLock { $0 = newValue } }
  }
  var wallNanoseconds: Int64 { now * 1_000_000_000 }
  var monotonicNanoseconds: UInt64 { UInt64(wallNanoseconds) }
}

/// Records in memory that can be copied, as a thief copies a disk, and can fail.
final class MemoryStorage: RecordStorage {
  private struct State {
    var records: [String: [UInt8]] = [:]
    var writesLeft = Int.max
    var unreadable: Set<String> = []
    var written: [String] = []
  }
  private let state = Mutex(State())

  init(_ records: [String: [UInt8]] = [:]) { state.withLock { $0.records = records } }

  var records: [String: [UInt8]] {
    get { state.withLock { $0.records } }
    set { state.withLock { $0.records = newValue } }
  }
  /// Names in the order they were written.
  var written: [String] { state.withLock { $0.written } }

  subscript(_ name: String) -> String? {
    get { records[name].map { String(decoding: $0, as: UTF8.self) } }
    set { records[name] = newValue.map { [UInt8]($0.utf8) } }
  }

  /// Every write after this many fails, as on a full disk.
  func fail(afterWrites count: Int) { state.withLock { $0.writesLeft = count } }
  func makeUnreadable(_ name: String) { state.withLock { _ = $0.unreadable.insert(name) } }

  func get(_ name: String) throws(RecordError) -> [UInt8]? {
    let (isUnreadable, record) = state.withLock {
      ($0.unreadable.contains(name), $0.records[name])
    }
    if isUnreadable { throw RecordError(message: "\(name) cannot be read") }
    return record.flatMap { $0.isEmpty ? nil : $0 }
  }

  func putAll(_ changes: [RecordChange]) throws(RecordError) {
    for change in changes {
      let isFull = state.withLock { state in
        guard state.writesLeft > 0 else { return true }
        state.writesLeft -= 1
        state.records[change.name] = change.value
        state.written.append(change.name)
        return false
      }
      if isFull { throw RecordError(message: "no space is left", hint: "free some") }
    }
  }
}

/// SplitMix64, so that a failing case has a number.
struct Seeded: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
  mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(below(256)) } }
}

/// The same bytes in every run, different ones in every call.
final class TestRandom: RandomSource {
  private let generator = Mutex(Seeded(1))

  func bytes(_ count: Int) -> [UInt8] { generator.withLock { $0.bytes(count) } }
}

/// Keeps what plugins log.
final class LogBook: PluginLog {
  private let entries = Mutex<[(level: PluginLogLevel, message: String)]>([])

  var warnings: [String] {
    entries.withLock { $0.filter { $0.level == .warning }.map(\.message) }
  }
  var all: String { entries.withLock { $0.map(\.message).joined(separator: "\n") } }

  func isEnabled(_ level: PluginLogLevel) -> Bool { true }
  func write(
    _ level: PluginLogLevel, _ message: String, _ fields: [(key: String, value: String)]
  ) {
    entries.withLock { $0.append((level, message)) }
  }
}

/// The authority set aside for the method, with an active and a standby key.
struct TestAuthority: PluginHost.MethodAuthority {
  var active: PrivateKey
  var standby: PrivateKey

  init() throws {
    active = try PrivateKey.generate(.ed25519)
    standby = try PrivateKey.generate(.ecdsaP256)
  }

  var signer: (keyID: String, scheme: String) { (active.publicKey.keyID, active.schemeName) }

  func sign(_ message: [UInt8]) throws(KeyFailure) -> [UInt8] {
    do {
      return try active.sign(message)
    } catch {
      throw KeyFailure(.internalError, error.description)
    }
  }

  func verify(keyID: String, scheme: String, message: [UInt8], signature: [UInt8]) -> Bool? {
    for key in [active, standby] where key.publicKey.keyID == keyID {
      return key.publicKey.verify(scheme: scheme, message: message, signature: signature)
    }
    return nil
  }
}
