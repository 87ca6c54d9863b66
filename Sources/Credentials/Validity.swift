/// From when until when something is valid.
public struct Validity: Sendable, Equatable {
  /// The first second of validity.
  public var notBefore: UnixSeconds
  /// The last second of validity.
  public var notAfter: UnixSeconds

  /// How far certificates are dated back, so that a holder whose clock is a little slow can use them.
  public static let backdating: UnixSeconds = 60

  /// Exactly from the first to the second moment, both included.
  public init(notBefore: UnixSeconds, notAfter: UnixSeconds) {
    self.notBefore = notBefore
    self.notAfter = notAfter
  }

  /// From one minute before `now` until `expires`.
  public init(from now: UnixSeconds, until expires: UnixSeconds) {
    self.init(notBefore: now - Self.backdating, notAfter: expires)
  }

  /// Checks that `now` lies inside.
  ///
  /// - Throws: `expired` or `notYetValid`, naming `subject`.
  public func check(at now: UnixSeconds, _ subject: String) throws(CredentialError) {
    if now > notAfter {
      throw CredentialError(.expired, "\(subject) expired \(now - notAfter) seconds ago")
    }
    if now < notBefore {
      throw CredentialError(
        .notYetValid, "\(subject) becomes valid in \(notBefore - now) seconds",
        remedy: "check the clock of this machine")
    }
  }
}
