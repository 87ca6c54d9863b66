/// What an SSH certificate says about its key (OpenSSH PROTOCOL.certkeys), before it is signed.
public struct SSHCertificateContent: Sendable, Equatable {
  /// Whom a certificate speaks for.
  public enum Kind: UInt32, Sendable {
    case user = 1
    case host = 2
  }

  /// `validBefore` of a certificate without end.
  public static let forever = UInt64.max

  /// Whom the certificate speaks for.
  public var kind: Kind
  /// Shown in the logs of SSH servers.
  public var keyID: String
  /// Logins of a user, names of a host. An empty list would mean "any", so issuing refuses it.
  public var principals: [String]
  /// First second of validity since the Unix epoch.
  public var validAfter: UInt64
  /// First second after validity since the Unix epoch.
  public var validBefore: UInt64
  /// 0 when the authority does not count.
  public var serial: UInt64
  /// Options a server must understand or refuse; name to value.
  public var criticalOptions: [String: String]
  /// Options a server may ignore; name to value, empty for mere presence.
  public var extensions: [String: String]

  /// A certificate to be signed.
  public init(
    kind: Kind, keyID: String, principals: [String], validAfter: UInt64, validBefore: UInt64,
    serial: UInt64 = 0, criticalOptions: [String: String] = [:],
    extensions: [String: String] = [:]
  ) {
    self.kind = kind
    self.keyID = keyID
    self.principals = principals
    self.validAfter = validAfter
    self.validBefore = validBefore
    self.serial = serial
    self.criticalOptions = criticalOptions
    self.extensions = extensions
  }

  /// Checks that a moment lies inside the validity.
  ///
  /// - Throws: `expired` or `notYetValid`.
  public func check(at now: UnixSeconds) throws(CredentialError) {
    let now = UInt64(clamping: now)
    if now >= validBefore {
      throw CredentialError(.expired, "SSH certificate expired \(now - validBefore) seconds ago")
    }
    if now < validAfter {
      throw CredentialError(
        .notYetValid, "SSH certificate becomes valid in \(validAfter - now) seconds",
        remedy: "check the clock of this machine")
    }
  }
}
