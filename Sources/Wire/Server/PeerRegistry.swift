internal import NIOCore
internal import Synchronization

/// Finds the peer of a call. The transport tells handlers only the two addresses of a connection, which are unique while it is
/// open; everything the handshake taught is kept here under them.
final class PeerRegistry: Sendable {
  private struct Entry {
    var peer: Peer
    var channel: ObjectIdentifier
  }

  private let entries = Mutex<[String: Entry]>([:])
  private let open = Mutex(0)

  /// Counts a connection.
  ///
  /// - Returns: false, without counting, when `limit` connections are open.
  func admit(_ channel: any Channel, limit: Int) -> Bool {
    let admitted = open.withLock { open in
      guard open < limit else { return false }
      open += 1
      return true
    }
    if admitted { channel.closeFuture.whenComplete { _ in self.open.withLock { $0 -= 1 } } }
    return admitted
  }

  /// Remembers a peer until its connection closes.
  func add(_ peer: Peer, on channel: any Channel) {
    guard let key = Self.key(channel) else { return }
    let id = ObjectIdentifier(channel)
    entries.withLock { $0[key] = Entry(peer: peer, channel: id) }
    channel.closeFuture.whenComplete { _ in
      self.entries.withLock { if $0[key]?.channel == id { $0[key] = nil } }
    }
  }

  /// The peer at `remote` that is connected to `local`, both as the transport writes addresses.
  func peer(remote: String, local: String) -> Peer? {
    entries.withLock { $0["\(remote) \(local)"]?.peer }
  }

  private static func key(_ channel: any Channel) -> String? {
    guard let remote = channel.remoteAddress.flatMap(text),
      let local = channel.localAddress.flatMap(text)
    else { return nil }
    return "\(remote) \(local)"
  }

  private static func text(_ address: SocketAddress) -> String? {
    guard let port = address.port else { return nil }
    return switch address {
    case .v4(let v4): "ipv4:\(v4.host):\(port)"
    case .v6(let v6): "ipv6:[\(v6.host)]:\(port)"
    case .unixDomainSocket: nil
    }
  }
}
