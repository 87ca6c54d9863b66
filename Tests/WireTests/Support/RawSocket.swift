import Foundation

/// A blocking socket for sending what no proper client would send.
final class RawSocket {
  struct Failure: Error {
    var code: Int32
  }

  private let descriptor: Int32
  private var isOpen = true

  init(unix path: String) throws {
    descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    try Self.with(path) { address, size in
      guard connect(descriptor, address, size) == 0 else { throw Failure(code: errno) }
    }
  }

  init(listeningOnUnix path: String) throws {
    descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    try Self.with(path) { address, size in
      guard bind(descriptor, address, size) == 0, listen(descriptor, 1) == 0 else {
        throw Failure(code: errno)
      }
    }
  }

  init(port: Int) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = Self.loopback(port)
    let connected = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard connected == 0 else { throw Failure(code: errno) }
    var limit = timeval(tv_sec: 20, tv_usec: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  }

  /// A loopback port that accepts connections and never says a word.
  init(listening: Void) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = Self.loopback(0)
    let bound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard bound == 0, listen(descriptor, 16) == 0 else { throw Failure(code: errno) }
  }

  deinit { close() }

  var port: Int {
    var address = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) {
      _ = $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        getsockname(descriptor, $0, &size)
      }
    }
    return Int(UInt16(bigEndian: address.sin_port))
  }

  /// Waits for one connection, answers it with `bytes`, and closes it.
  func answerOnce(_ bytes: [UInt8]) async {
    let descriptor = descriptor
    await onThread {
      let accepted = accept(descriptor, nil, nil)
      var buffer = [UInt8](repeating: 0, count: 4096)
      recv(accepted, &buffer, buffer.count, 0)
      send(accepted, bytes, bytes.count, Int32(MSG_NOSIGNAL))
      Foundation.close(accepted)
    }
  }

  func write(_ bytes: [UInt8]) {
    send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
  }

  func shutdownWriting() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// Everything until the other side closes.
  func readToEnd() async -> [UInt8] {
    let descriptor = descriptor
    return await onThread {
      var result: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 4096)
      while true {
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { return result }
        result += buffer[..<count]
      }
    }
  }

  /// Cuts the connection so that the other side sees a reset.
  func reset() {
    var hard = linger(l_onoff: 1, l_linger: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_LINGER, &hard, socklen_t(MemoryLayout<linger>.size))
    close()
  }

  func close() {
    if isOpen { Foundation.close(descriptor) }
    isOpen = false
  }

  private static func loopback(_ port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(port)).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    return address
  }

  private static func with(
    _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) throws -> Void
  ) throws {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    try withUnsafePointer(to: &address) {
      try $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        try body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }
}
