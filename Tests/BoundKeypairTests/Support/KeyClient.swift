import Credentials
import Documents

/// A client written against the protocol alone. It answers with the keys it is given, whether they are
/// the right ones or not.
final class KeyClient: Client {
  /// Answers challenges, in this order; the last one answers all further ones.
  var signers: [PrivateKey]
  /// Handed out on rotation requests, in this order. Without any it gives up.
  var offers: [PrivateKey] = []
  var secret = ""
  var joinState: [UInt8] = []
  /// Changes the claims before they are signed.
  var forge: (Node) -> Node = { $0 }
  /// Replaces the compact JWS.
  var replace: ([UInt8]) -> [UInt8] = { $0 }
  private(set) var result: [Int: [UInt8]] = [:]
  private(set) var challenges: [Node] = []
  private(set) var requestedSuites: [String] = []

  init(_ signers: PrivateKey...) { self.signers = signers }

  func begin(suite: String) -> [UInt8] {
    (secret.isEmpty ? [] : Proto.field(2, secret))
      + (joinState.isEmpty ? [] : Proto.field(3, joinState))
  }

  func step(_ field: UInt32, _ message: [UInt8]) throws -> (UInt32, [UInt8]) {
    let fields = Proto.read(message)
    if field == 2 {
      requestedSuites.append(Proto.text(message, 1))
      guard !offers.isEmpty else { throw GaveUp() }
      return (2, Proto.field(1, offers.removeFirst().publicKey.authorizedKey))
    }
    let document = fields[2] ?? []
    let claims = try JSON.parse(document)
    challenges.append(claims)
    let signer = signers.count > 1 ? signers.removeFirst() : signers[0]
    let forged = forge(claims)
    let payload = forged == claims ? document : JSON.serialize(forged)
    return (1, Proto.field(1, replace(try Token.sign(payload, with: signer))))
  }

  func finish(_ message: [UInt8]) { result = Proto.read(Proto.read(message)[2] ?? []) }
  func abort() {}

  struct GaveUp: Error, CustomStringConvertible {
    var description: String { "no new key can be made" }
  }
}
