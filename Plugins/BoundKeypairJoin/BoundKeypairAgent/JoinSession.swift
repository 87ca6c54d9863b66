import BoundKeypairMessages
import Documents
import PluginABI
public import PluginKit

/// The agent's half of one join: a loop over what the authority sends (protocol: first join by secret
/// or pre-registered key, rejoin, recovery and key rotation differ only in those messages).
public final class JoinSession {
  private let host: Host
  private var state: ClientState
  private let suite: String
  private let token: String

  /// Opens the session and returns it with its init message.
  ///
  /// - Parameter token: the name of the token, for the commands that refusals name.
  public static func begin(
    host: Host, suite: String, token: String
  ) throws(PluginError) -> (session: JoinSession, initMessage: [UInt8]) {
    let state: ClientState
    if let fixed = try StaticKey.load(host) {
      state = ClientState(fixed: fixed)
    } else {
      state = try ClientState(host: host)
    }
    var secret = ""
    if !state.isStatic, state.joinState.isEmpty {
      secret = try host.config("registration_secret") ?? ""
    }
    // A key that is only in the history may be bound already: the answer of the join that registered it
    // can have been lost. The authority names the key it wants, so none has to be chosen here.
    if state.active == nil, state.history.entries.isEmpty, secret.isEmpty {
      throw PluginError(
        TENON_INVALID_CONFIG,
        "the storage holds no bound keypair and no registration secret is configured",
        hint: "set onboarding.bound_keypair.registration_secret to what `tctl get token/" + token
          + "` shows, or run `keypair create` and register the printed key in the token",
        retry: TENON_RETRY_AFTER_CONFIG)
    }
    var message = WireMessage()
    if !secret.isEmpty { message.set(Field.initialJoinSecret, secret) }
    if !state.joinState.isEmpty { message.set(Field.previousJoinState, state.joinState) }
    return (JoinSession(host: host, state: state, suite: suite, token: token), message.encoded)
  }

  private init(host: Host, state: ClientState, suite: String, token: String) {
    self.host = host
    self.state = state
    self.suite = suite
    self.token = token
  }

  deinit { state.wipe(host) }

  /// Answers one challenge.
  public func step(
    field: UInt32, message: [UInt8]
  ) throws(PluginError) -> (field: UInt32, solution: [UInt8]) {
    switch field {
    case Field.challenge: return (field, single(Field.only, try solve(message)))
    case Field.rotation: return (field, single(Field.only, try rotate(message)))
    default:
      throw PluginError(
        TENON_UNSUPPORTED, "the authority sent a challenge this plugin does not know",
        hint: "install a newer build of the plugin")
    }
  }

  /// Stores what the next join needs from the result (its fields but `certificates`).
  public func finish(_ result: [UInt8]) throws(PluginError) {
    let bound = try WireMessage(parsing: try WireMessage(parsing: result)[Field.result])
    let joinState = bound[Field.resultJoinState]
    let publicKey = bound[Field.resultPublicKey]
    guard !joinState.isEmpty, !publicKey.isEmpty else {
      throw PluginError(
        TENON_INVALID_ARGUMENT, "the authority's result carries no join state or no public key",
        hint: "check that the token's join method and the configured one are the same")
    }
    try state.adopt(joinState: joinState, publicKey: publicKey, host: host)
  }

  private func solve(_ message: [UInt8]) throws(PluginError) -> [UInt8] {
    let challenge = try WireMessage(parsing: message)
    let document = challenge[Field.challengeDocument]
    guard !document.isEmpty, (try? JSON.parse(document))?.members != nil else {
      throw PluginError(
        TENON_INVALID_ARGUMENT, "the authority's challenge is no JSON document",
        hint: "check that the address is that of the right cluster")
    }
    guard let key = try state.signer(for: challenge[Field.challengePublicKey], host: host) else {
      throw PluginError(
        TENON_NOT_FOUND,
        "no matching key found: the authority's token is bound to a key that "
          + (state.isStatic
            ? "is not the static key of this machine"
            : "this storage does not have (was it copied, restored from a backup or made on another "
              + "machine?)"),
        hint:
          "configure or restore the right one; or, on the authority, `tctl bound-keypair recover "
          + token + " --public-key LINE` with "
          + (state.isStatic
            ? "its public half"
            : "the line of id_bkp.pub, or `tctl bound-keypair unbind " + token
              + "` and empty the storage"),
        retry: TENON_RETRY_AFTER_OPERATOR)
    }
    return try JWS.make(algorithm: try key.scheme(), keyID: nil, payload: document) {
      signed throws(PluginError) in try key.sign(signed)
    }
  }

  private func rotate(_ message: [UInt8]) throws(PluginError) -> [UInt8] {
    let request = try WireMessage(parsing: message)
    let asked = String(decoding: request[Field.only], as: UTF8.self)
    let key = try state.stage(
      algorithm: boundKeyAlgorithm(suite: asked.isEmpty ? suite : asked), host: host)
    return [UInt8](try key.authorizedKey().utf8)
  }
}
