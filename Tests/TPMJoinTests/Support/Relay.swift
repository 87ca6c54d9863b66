import Foundation
import Synchronization
import Testing

/// Stands between an agent and a TPM, sees every command, and decides what becomes of the answer.
final class Relay: Sendable {
  enum Verdict: Sendable {
    /// The answer goes through.
    case pass
    /// The agent never gets it: the connection is cut after `before` has run.
    case cut(before: @Sendable () -> Void)
    /// The agent gets these bytes in its place.
    case replace([UInt8])
    /// It goes through once `until` has returned.
    case hold(until: @Sendable () -> Void)
  }

  let address: String
  private let listener: Int32
  private let target: String
  private let judge: @Sendable (_ number: Int, _ command: UInt32) -> Verdict
  private let seen = Mutex<[UInt32]>([])

  /// Command codes in the order they came.
  var commands: [UInt32] { seen.withLock { $0 } }

  /// - Parameter judge: called with each command's number, from 1, and code, after the TPM has done it.
  init(
    _ tpm: SoftwareTPM, judge: @escaping @Sendable (Int, UInt32) -> Verdict = { _, _ in .pass }
  ) throws {
    self.judge = judge
    target = tpm.file("socket")
    let path = tpm.file("relay-\(UUID().uuidString.prefix(8))")
    address = "swtpm:path=\(path)"
    listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    let bound = Self.withAddress(path) { bind(listener, $0, $1) }
    try #require(bound == 0 && listen(listener, 8) == 0)
    Thread.detachNewThread { [self] in serve() }
  }

  /// Ends the thread; connections under way are over by then.
  func close() { shutdown(listener, Int32(SHUT_RDWR)) }

  private func serve() {
    while true {
      let agent = accept(listener, nil, nil)
      guard agent >= 0 else { break }
      let tpm = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
      if Self.withAddress(target, { connect(tpm, $0, $1) }) == 0 { carry(agent, tpm) }
      Glibc.close(tpm)
      Glibc.close(agent)
    }
    Glibc.close(listener)
  }

  private func carry(_ agent: Int32, _ tpm: Int32) {
    while let command = Self.message(from: agent) {
      let code = command[6..<10].reduce(0) { $0 << 8 | UInt32($1) }
      let number = seen.withLock { seen in
        seen.append(code)
        return seen.count
      }
      guard Self.write(command, to: tpm), let answer = Self.message(from: tpm) else { return }
      switch judge(number, code) {
      case .pass: _ = Self.write(answer, to: agent)
      case .replace(let other): _ = Self.write(other, to: agent)
      case .cut(let before):
        before()
        return
      case .hold(let until):
        until()
        _ = Self.write(answer, to: agent)
      }
    }
  }

  /// Carries commands of a descriptor to the TPM until it ends, and closes it.
  static func carry(_ agent: Int32, to tpm: SoftwareTPM) {
    let connection = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    if withAddress(tpm.file("socket"), { connect(connection, $0, $1) }) == 0 {
      while let command = message(from: agent), write(command, to: connection),
        let answer = message(from: connection), write(answer, to: agent)
      {}
    }
    Glibc.close(connection)
    Glibc.close(agent)
  }

  /// One command or response: tag, size, and what the size says.
  private static func message(from socket: Int32) -> [UInt8]? {
    guard let head = read(10, from: socket) else { return nil }
    let size = Int(head[2..<6].reduce(0) { $0 << 8 | UInt32($1) })
    guard size >= 10, size <= 65_536, let rest = read(size - 10, from: socket) else { return nil }
    return head + rest
  }

  private static func read(_ count: Int, from socket: Int32) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    var at = 0
    while at < count {
      let got = bytes.withUnsafeMutableBytes {
        Glibc.read(socket, $0.baseAddress! + at, count - at)
      }
      guard got > 0 else { return nil }
      at += got
    }
    return bytes
  }

  private static func write(_ bytes: [UInt8], to socket: Int32) -> Bool {
    bytes.withUnsafeBytes {
      let sent = send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      if sent < 0, errno == ENOTSOCK {
        return Glibc.write(socket, $0.baseAddress, $0.count) == $0.count
      }
      return sent == $0.count
    }
  }

  private static func withAddress<Result>(
    _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
  ) -> Result {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }
}
