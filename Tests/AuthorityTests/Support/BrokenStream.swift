import Credentials
import Synchronization
import Wire

/// A client that goes away just before it gets its result.
final class BrokenStream: JoinServerStream {
  private let asked = Mutex(0)

  func receive() async throws(RPCError) -> JoinClientMessage? {
    guard
      asked.withLock({
        $0 += 1
        return $0
      }) > 1
    else {
      return .initialize(ClientInit(method: nil, tokenName: "gate"))
    }
    guard let key = try? PrivateKey.generate(.ecdsaP256).publicKey else { return nil }
    return .method(
      field: 60,
      params: ClientParams(
        publicTLSKey: key.pkixDER, publicSSHKey: key.sshBlob,
        expiresUnixSeconds: ManualClock.start + 60), fragment: Array("new".utf8))
  }

  func sendInit(_ message: ServerInit) async throws(RPCError) {}
  func sendChallenge(field: UInt32, message: [UInt8]) async throws(RPCError) {}
  func sendResult(_ result: JoinResult) async throws(RPCError) {
    throw RPCError(.connectionProblem, "it went away")
  }
}
