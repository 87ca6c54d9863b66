/// Field numbers of the method's messages in `teleport.join.v1`, and the numbers under which the
/// envelope carries them.
public enum Field {
  /// `TPMInit` without `client_params`.
  public static let attestationKey: UInt32 = 2
  public static let creationData: UInt32 = 3
  public static let creationAttestation: UInt32 = 4
  public static let creationSignature: UInt32 = 5
  public static let endorsementCertificate: UInt32 = 6
  public static let endorsementKey: UInt32 = 7

  /// `Challenge.tpm_encrypted_credential`, and the fields of `TPMEncryptedCredential`.
  public static let encryptedCredential: UInt32 = 5
  public static let credentialBlob: UInt32 = 1
  public static let encryptedSecret: UInt32 = 2

  /// `ChallengeSolution.tpm_solution`, and the one field of `TPMSolution`.
  public static let solution: UInt32 = 5
  public static let solutionSecret: UInt32 = 1
}
