import PluginABI

/// What the host tells a join method at `begin`.
public struct JoinParameters: Sendable {
  /// Why the host joins.
  public enum Purpose: UInt32, Sendable {
    case first = 1
    case refresh, recovery
  }

  public var purpose: Purpose
  /// From ServerInit; empty means legacy.
  public var suite: String
  public var tokenName: String
  /// The identity key to be certified: SubjectPublicKeyInfo DER and SSH wire blob.
  public var publicTLSKey: [UInt8]
  public var publicSSHKey: [UInt8]

  public init(
    purpose: Purpose, suite: String, tokenName: String, publicTLSKey: [UInt8],
    publicSSHKey: [UInt8]
  ) {
    self.purpose = purpose
    self.suite = suite
    self.tokenName = tokenName
    self.publicTLSKey = publicTLSKey
    self.publicSSHKey = publicSSHKey
  }
}

extension JoinParameters {
  /// The C form, for the length of `body`.
  func lend<Result>(_ body: (UnsafePointer<tenon_join_params>) -> Result) -> Result {
    suite.lend { suite in
      tokenName.lend { token in
        publicTLSKey.lend { tls in
          publicSSHKey.lend { ssh in
            var raw = tenon_join_params(
              struct_size: UInt32(MemoryLayout<tenon_join_params>.size), purpose: purpose.rawValue,
              suite: suite, token_name: token, public_tls_key: tls, public_ssh_key: ssh)
            return withUnsafePointer(to: &raw) { body($0) }
          }
        }
      }
    }
  }
}
