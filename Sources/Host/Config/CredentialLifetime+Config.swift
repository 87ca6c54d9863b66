extension CredentialLifetime {
  /// What the authorities that are known issue at most without further ado.
  private static let usualMaximum: Int64 = 24 * 3600
  /// What no authority exceeds.
  private static let maximum: Int64 = 7 * 24 * 3600

  /// Puts the two durations of one place together and checks them against each other.
  ///
  /// - Parameters:
  ///   - base: what counts where a duration was not given; the interval is at most a third of the
  ///     lifetime then.
  ///   - isOneshot: nothing is renewed, so the interval does not matter.
  init(
    ttl: Placed<Int64>?, interval: Placed<Int64>?, base: CredentialLifetime, isOneshot: Bool,
    report: inout ConfigReport
  ) {
    ttlSeconds = ttl?.value ?? base.ttlSeconds
    // A short lifetime alone must not outrun an interval nobody chose.
    renewalIntervalSeconds =
      interval?.value ?? min(base.renewalIntervalSeconds, max(ttlSeconds / 3, 1))
    if let ttl { Self.checkMaximum(ttl, report: &report) }
    guard !isOneshot, let given = interval else { return }
    let half = DurationText.text(max(ttlSeconds / 2, 1))
    let lifetime = "the lifetime \(DurationText.text(ttlSeconds))"
    let renewal = "the renewal interval \(DurationText.text(renewalIntervalSeconds))"
    if ttlSeconds < renewalIntervalSeconds {
      report.refuse(
        given.place, "\(lifetime) ends before \(renewal): certificates would expire unrenewed",
        hint: "set `renewal_interval` to \(half) or less, or raise `credential_ttl`")
    } else if ttlSeconds == renewalIntervalSeconds {
      report.warn(
        given.place, "\(renewal) is as long as the lifetime: a late renewal leaves a gap",
        hint: "set `renewal_interval` to \(half) or less")
    }
  }

  private static func checkMaximum(_ ttl: Placed<Int64>, report: inout ConfigReport) {
    let text = DurationText.text(ttl.value)
    if ttl.value > maximum {
      report.refuse(
        ttl.place, "\(ttl.label) is \(text), more than any authority issues: 168h",
        hint: "write 24h or less")
    } else if ttl.value > usualMaximum {
      report.warn(
        ttl.place, "\(ttl.label) is \(text); most authorities shorten it to 24h",
        hint: "write 24h or less, and let the renewal do its work")
    }
  }
}
