import Credentials
import Documents
import PluginKit
import Testing
import Wire

/// Who has the machine's storage: everything on its disk, and the certificate while that lasts.
struct Holder: Sendable {
  var disk: [String: [UInt8]] = [:]
  /// Nil before the first join and after it has expired.
  var certificate: TLSCertificate?

  /// The claims of its join state; nil without one.
  func claims() throws -> Node? {
    guard let state = disk["bkp_state"] else { return nil }
    let parts = state.split(separator: UInt8(ascii: "."))
    guard parts.count == 3 else { return nil }
    return try JSON.parse(try #require(Base64URL.decode(parts[1])))
  }

  func identity() throws -> TLSIdentity? { try certificate.map { try TLSIdentity($0) } }

  var peer: Peer? {
    certificate.map { Peer(remoteAddress: "192.0.2.7:4711", certificateChain: [$0.der]) }
  }

  /// Whether the key of an authorized_keys line is on its disk.
  func has(_ line: String?) throws -> Bool {
    guard let line else { return false }
    return try keys().contains { $0.publicKey.authorizedKey == line }
  }

  private func keys() throws -> [PrivateKey] {
    var pems = [String(decoding: disk["id_bkp"] ?? [], as: UTF8.self)].filter { !$0.isEmpty }
    if let history = disk["bkp_key_history.json"] {
      pems += (try JSON.parse(history)["entries"]?.list ?? []).compactMap {
        $0["private_key"]?.string
      }
    }
    return try pems.map { try PrivateKey(pem: $0) }
  }
}
