public import Documents
import PluginABI
public import PluginKit
import TPMMessages

/// The authority's half of one join: one credential, one answer.
///
/// The allow rules come last, so that a machine learns nothing about them before it has proved which
/// TPM it has.
public final class VerifySession: JoinVerification {
  /// What the core knows of the join.
  public struct Request {
    public var botName: String
    public var spec: Node
    /// JSON as stored; handed back unchanged.
    public var status: [UInt8]
    public var initMessage: [UInt8]
    /// Bot instance of the caller's certificate, empty without one.
    public var instanceID: String
    public var lockMessage: String

    public init(
      botName: String, spec: Node, status: [UInt8], initMessage: [UInt8], instanceID: String,
      lockMessage: String
    ) {
      self.botName = botName
      self.spec = spec
      self.status = status
      self.initMessage = initMessage
      self.instanceID = instanceID
      self.lockMessage = lockMessage
    }
  }

  private enum Stage {
    case idle
    case challenged(EndorsementEvidence, ExpectedSecret)
    case accepted
  }

  private let host: Host
  private let request: Request
  private let spec: TokenSpec
  private let isReadable: Bool
  private var stage = Stage.idle
  /// For events: what is known so far.
  private var members: [(String, Node)] = []
  /// Audit events since the last call, one JSON object each.
  public private(set) var events: [[UInt8]] = []

  public init(_ request: Request, host: Host) {
    Libcrypto.prepare()
    self.host = host
    self.request = request
    var reader = TokenSpecReader()
    spec = reader.read(request.spec)
    isReadable = reader.problems.isEmpty
  }

  /// What to do first.
  ///
  /// - Throws: a defect. What the peer sent and a parser did not take is a refusal.
  public func begin() throws(PluginError) -> Verdict {
    guard isReadable else {
      return refuse(
        TENON_INVALID_ARGUMENT,
        "the token's tpm section has problems; create the token again, which names them")
    }
    let sent: AttestationInit
    do {
      sent = try AttestationInit(parsing: request.initMessage)
    } catch let failure {
      return refuse(TENON_INVALID_ARGUMENT, failure.message)
    }
    do {
      return try challenge(sent)
    } catch let rejection {
      switch rejection {
      case .refused(let reason): return refuse(TENON_REFUSED, "validating tpm: " + reason)
      case .defect(let failure): throw failure
      }
    }
  }

  /// The client's `ChallengeSolution.<field>`.
  public func step(field: UInt32, solution: [UInt8]) throws(PluginError) -> Verdict {
    events = []
    // A credential is answered once, whatever the host does after a refusal.
    let current = stage
    stage = .idle
    guard case .challenged(let evidence, let secret) = current, field == Field.solution else {
      return refuse(TENON_INVALID_ARGUMENT, "the client sent a message of an unexpected type")
    }
    let shown: [UInt8]
    do {
      shown = try CredentialSolution(parsing: solution).secret
    } catch let failure {
      return refuse(TENON_INVALID_ARGUMENT, failure.message)
    }
    guard secret.equals(shown) else {
      return refuse(TENON_REFUSED, "invalid credential activation solution")
    }
    guard spec.rules.contains(where: { $0.matches(evidence) }) else {
      return refuse(
        TENON_REFUSED,
        "validated tpm attributes did not match any allow rules; compare the token's rules with "
          + "`tbot tpm identify` on this machine",
        audit: "validated tpm attributes did not match any allow rules: ek_public_hash "
          + evidence.publicHash
          + (evidence.certificateSerial.isEmpty
            ? ", no certificate"
            : ", ek_certificate_serial " + evidence.certificateSerial
              + (evidence.isCertificateVerified ? "" : " (not verified)")))
    }
    guard request.lockMessage.isEmpty else { return refuse(TENON_REFUSED, request.lockMessage) }
    stage = .accepted
    event(success: true)
    return .accept(
      newInstance: request.instanceID.isEmpty,
      attributes: JSON.serialize(.object(evidence.attributes)))
  }

  /// The client sent a reason in place of an answer.
  public func gaveUp(text: String) -> Verdict {
    events = []
    stage = .idle
    return refuse(TENON_REFUSED, "the client gave up: " + text.excerpt)
  }

  /// The status to commit and the fields to add to the bot result: neither changes.
  public func conclude(
    instanceID: String
  ) throws(PluginError) -> (status: [UInt8], result: [UInt8]) {
    guard case .accepted = stage else {
      throw PluginError(TENON_INTERNAL, "the host concluded a join that was not accepted")
    }
    return (request.status, [])
  }

  private func challenge(_ sent: AttestationInit) throws(Rejection) -> Verdict {
    let host = host
    let endorsement = try Endorsement(sent.endorsement)
    members = [
      ("ek_pub_hash", .text(endorsement.publicHash)),
      ("ek_cert_serial", .text(endorsement.certificateSerial)), ("ek_cert_verified", .flag(false)),
    ]
    let now = try Rejection.computing { () throws(PluginError) in try host.unixSeconds() }
    let evidence = try endorsement.judged(
      by: CertificateAuthorities(spec.authorities), at: now)
    members = evidence.attributes
    let attested = try AttestationKey(
      publicArea: sent.attestationKey, creationData: sent.creationData,
      attestation: sent.creationAttestation, signature: sent.creationSignature)
    let maker = CredentialMaker(endorsement: evidence.key, name: attested.name) {
      count throws(PluginError) in try host.random(count)
    }
    let credential = try Rejection.computing { () throws(PluginError) in
      let secret = try host.random(CredentialMaker.secretBytes)
      stage = .challenged(evidence, ExpectedSecret(secret, host: host))
      return try maker.make(secret)
    }
    return .challenge(field: Field.encryptedCredential, message: credential.encoded)
  }

  @inline(never)
  private func refuse(_ code: Int32, _ message: String, audit: String? = nil) -> Verdict {
    event(success: false, error: audit ?? message)
    return .refuse(Refusal(code: code, message: message, audit: audit ?? message))
  }

  private func event(success: Bool, error: String = "") {
    var fields: [(String, Node)] = [
      ("event", .text("tpm.attestation")), ("success", .flag(success)),
      ("bot", .text(request.botName)),
    ]
    fields += members
    if !error.isEmpty { fields.append(("error", .text(error))) }
    events.append(JSON.serialize(.object(fields)))
  }
}
