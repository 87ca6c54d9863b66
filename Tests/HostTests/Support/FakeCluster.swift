import Credentials
import Synchronization
import Wire

/// A cluster with one bot and one token, behind a real listener. It keeps to the protocol, except where
/// its script says otherwise.
final class FakeCluster: Sendable {
  static let name = "example.test"
  static let token = "gate"
  static let bot = "robot"
  static let user = "bot-robot"

  struct Script: Sendable {
    /// What the calls of a name are refused with, first come, first served.
    var refusals: [String: [RPCError]] = [:]
    /// What the join method is asked, one after the other.
    var challenges: [String] = []
    /// What the result of a join tells the method.
    var result = "welcome"
    /// Roles the bot may impersonate.
    var roles = ["login"]
    var leaves: [String] = []
    var suite = "balanced-v1"
    /// Whether a join is never answered.
    var isSilent = false
    /// Where the cluster says that its proxy is.
    var proxy = ""
    var changeJoin: @Sendable (JoinCertificates) -> JoinCertificates = { $0 }
    var changeBundle: @Sendable (CertificateBundle) -> CertificateBundle = { $0 }
    /// What the web side says of the cluster.
    var discovery = #"{"cluster_name":"example.test"}"#
  }

  let clock: ManualClock
  let diary = Diary()
  let hostTLS: TLSAuthority
  let userTLS: TLSAuthority
  let hostSSH: SSHAuthority
  let userSSH: SSHAuthority
  private let script: Mutex<Script>
  private let sent = Mutex<[Heartbeat]>([])
  private let asked = Mutex<[UserCertsRequest]>([])

  init(clock: ManualClock = ManualClock()) throws {
    self.clock = clock
    script = Mutex(Script())
    hostTLS = try .selfSigned(
      clusterName: Self.name, key: .generate(.ecdsaP256), now: clock.start)
    userTLS = try .selfSigned(
      clusterName: Self.name, key: .generate(.ecdsaP256), now: clock.start)
    hostSSH = SSHAuthority(key: try .generate(.ed25519))
    userSSH = SSHAuthority(key: try .generate(.ed25519))
  }

  var heartbeats: [Heartbeat] { sent.withLock { $0 } }
  var requests: [UserCertsRequest] { asked.withLock { $0 } }
  /// What happened, one word each.
  var events: [String] { diary.lines }
  var now: Script { script.withLock { $0 } }

  func change(_ body: (inout Script) -> Void) { script.withLock { body(&$0) } }

  func refuse(_ call: String, _ errors: RPCError...) {
    change { $0.refusals[call, default: []] += errors }
  }

  func enter(_ call: String, _ peer: Peer) throws(RPCError) {
    diary.write(peer.certificateChain.isEmpty ? "\(call) by a stranger" : call)
    let refusal = script.withLock { script -> RPCError? in
      guard script.refusals[call]?.isEmpty == false else { return nil }
      return script.refusals[call]?.removeFirst()
    }
    if let refusal { throw refusal }
  }

  func remember(_ heartbeat: Heartbeat) { sent.withLock { $0.append(heartbeat) } }
  func remember(_ request: UserCertsRequest) { asked.withLock { $0.append(request) } }

  // MARK: certificates

  struct Issued {
    let tls: TLSCertificate
    let ssh: SSHCertificate
  }

  /// Certificates of the bot for a key.
  func issue(
    roles: [String], tlsKey: PublicKey, sshKey: PublicKey, until end: Int64
  ) throws(CredentialError) -> Issued {
    var identity = TLSIdentity(username: Self.user, roles: roles)
    identity.logins = ["root"]
    identity.clusterName = Self.name
    identity.botName = Self.bot
    identity.botInstanceID = "11111111-2222-4333-8444-555555555555"
    identity.joinToken = Self.token
    // From the real time on, by which TLS judges, wherever the clock of the test is.
    let validity = Validity(from: clock.start, until: end)
    return Issued(
      tls: try userTLS.issue(identity, for: tlsKey, validity: validity),
      ssh: try userSSH.issue(
        SSHUserCertificate(identity: identity, validity: validity).content, for: sshKey))
  }
}
