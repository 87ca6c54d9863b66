import PluginABI
public import PluginKit
import TPMMessages

/// The agent's half of one join: shows the endorsement key and a fresh attestation key, then opens the
/// credential the authority encrypts for the two of them (protocol: TPM).
///
/// The TPM stays open, and this process's turn at it taken, from the first message to the answer.
public final class JoinSession {
  private let host: Host
  private let tpm: TPM
  private let endorsement: EndorsementKey
  private var attestation: AttestationKey?

  /// Opens the session and returns it with its init message.
  public static func begin(
    host: Host, watch: Watch
  ) throws(PluginError) -> (session: JoinSession, initMessage: [UInt8]) {
    let tpm = try TPMOpening.open(
      host: host, testAddress: try host.config("test_tcti"), watch: watch)
    do {
      let endorsement = try EndorsementKey(tpm, forUse: true)
      let key = try AttestationKey(tpm)
      let message = AttestationInit(
        attestationKey: key.publicArea, creationData: key.creationData,
        creationAttestation: key.creationAttestation, creationSignature: key.creationSignature,
        endorsement: endorsement.certificate.map { .certificate($0.der) }
          ?? .publicKey(endorsement.publicKey))
      // The watch belongs to this call.
      tpm.watch = .none
      return (
        JoinSession(host: host, tpm: tpm, endorsement: endorsement, attestation: key),
        message.encoded
      )
    } catch let failure {
      tpm.close()
      throw failure
    }
  }

  private init(
    host: Host, tpm: TPM, endorsement: EndorsementKey, attestation: AttestationKey
  ) {
    self.host = host
    self.tpm = tpm
    self.endorsement = endorsement
    self.attestation = attestation
  }

  deinit { tpm.close() }

  /// Answers the one challenge there is, and gives the TPM up.
  public func step(
    field: UInt32, message: [UInt8], watch: Watch
  ) throws(PluginError) -> (field: UInt32, solution: [UInt8]) {
    guard field == Field.encryptedCredential else {
      throw PluginError(
        TENON_UNSUPPORTED, "the authority sent a challenge this plugin does not know",
        hint: "install a newer build of the plugin")
    }
    guard let key = attestation else {
      throw PluginError(
        TENON_INVALID_ARGUMENT, "the authority sent a second challenge, where this method has one")
    }
    attestation = nil
    tpm.watch = watch
    defer { tpm.close() }
    let challenge = try EncryptedCredential(parsing: message)
    let blob = try Self.sized(challenge.blob, "credential blob")
    let seed = try Self.sized(challenge.secret, "encrypted secret")
    var solution = CredentialSolution(
      secret: try tpm.activate(
        key: key.object, endorsement: try endorsement.load(tpm), blob: blob, seed: seed))
    defer { host.wipe(&solution.secret) }
    return (Field.solution, solution.encoded)
  }

  /// Nothing is kept for the next join. Gives the TPM up when the authority asked nothing.
  public func finish() { tpm.close() }

  /// A sized buffer of the TPM's without its size.
  private static func sized(_ bytes: [UInt8], _ what: String) throws(PluginError) -> [UInt8] {
    guard bytes.count > 2, Int(bytes[0]) << 8 | Int(bytes[1]) == bytes.count - 2 else {
      throw PluginError(
        TENON_INVALID_ARGUMENT, "the authority sent a malformed " + what,
        hint: "check that the address leads to the cluster meant")
    }
    return [UInt8](bytes.dropFirst(2))
  }
}
