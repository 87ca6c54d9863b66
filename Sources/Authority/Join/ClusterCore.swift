import Credentials
import PluginHost

/// What the parts of a running authority share.
struct ClusterCore: Sendable {
  let keys: ClusterKeys
  let store: Store
  let verifiers: VerifierCatalog
  let issuer: CertificateIssuer
  let audit: any AuditLog
  let clock: any HostClock
  let random: any RandomSource
  /// `host:port` under which agents reach this authority.
  let publicAddress: String
  /// Where what happens is counted.
  let record: AuthorityRecord

  init(
    keys: ClusterKeys, backend: any Backend, verifiers: VerifierCatalog, audit: any AuditLog,
    clock: any HostClock, random: any RandomSource, publicAddress: String,
    record: AuthorityRecord? = nil
  ) {
    self.record = record ?? AuthorityRecord(clock: clock)
    self.keys = keys
    store = Store(backend: backend)
    self.verifiers = verifiers
    issuer = CertificateIssuer(keys: keys, random: random, record: self.record)
    self.audit = audit
    self.clock = clock
    self.random = random
    self.publicAddress = publicAddress
  }

  /// Seconds since 1970 UTC.
  var now: Int64 { clock.wallNanoseconds / 1_000_000_000 }
}
