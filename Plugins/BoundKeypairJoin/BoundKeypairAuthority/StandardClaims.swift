import Documents

/// The registered claims of a JWT (RFC 7519 section 4.1), with 60 s of leeway.
enum StandardClaims {
  private static let leeway: Int64 = 60

  /// What is wrong, or nil.
  static func check(
    _ claims: Node, issuer: String, subject: String, audience: String, now: Int64
  ) -> String? {
    guard let found = claims["iss"]?.string, found.sameBytes(as: issuer) else {
      return "invalid issuer claim"
    }
    guard let found = claims["sub"]?.string, found.sameBytes(as: subject) else {
      return "invalid subject claim"
    }
    guard names(claims["aud"], audience) else { return "invalid audience claim" }
    for claim in ["exp", "nbf", "iat"] {
      if let value = claims[claim], value.int64.map({ abs($0) > 1 << 53 }) ?? true {
        return "token has an unreadable time"
      }
    }
    if let expires = claims["exp"]?.int64, expires + leeway < now { return "token is expired" }
    if let from = claims["nbf"]?.int64, from - leeway > now { return "token not valid yet" }
    if let issued = claims["iat"]?.int64, issued - leeway > now { return "token not valid yet" }
    return nil
  }

  private static func abs(_ value: Int64) -> UInt64 { value.magnitude }

  private static func names(_ claim: Node?, _ audience: String) -> Bool {
    if let text = claim?.string { return text.sameBytes(as: audience) }
    for item in claim?.list ?? [] {
      if let text = item.string, text.sameBytes(as: audience) { return true }
    }
    return false
  }
}
