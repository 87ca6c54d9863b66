import PluginABI

/// The certificate authority set aside for the method (`tenon/host/ca.h`).
public struct MethodAuthority {
  private let table: UnsafePointer<tenon_host_ca>

  init(_ table: UnsafePointer<tenon_host_ca>) { self.table = table }

  /// What a check against the trusted keys found.
  public enum Verdict {
    case good, bad, unknownKey
  }

  /// Key id and signature scheme of the active key.
  public func signer() throws(PluginError) -> (keyID: String, scheme: String) {
    var scheme: [UInt8] = []
    let keyID = try collect { sink, error in
      withSink(&scheme) { table.pointee.signer(table.pointee.ctx, sink, $0, error) }
    }
    return (String(decoding: keyID, as: UTF8.self), String(decoding: scheme, as: UTF8.self))
  }

  public func sign(_ message: [UInt8]) throws(PluginError) -> [UInt8] {
    try collect { sink, error in
      lend(message) { table.pointee.sign(table.pointee.ctx, $0, sink, error) }
    }
  }

  public func verify(
    keyID: String, scheme: String, message: [UInt8], signature: [UInt8]
  ) throws(PluginError) -> Verdict {
    do {
      _ = try collect { _, error in
        lend([UInt8](keyID.utf8)) { keyID in
          lend([UInt8](scheme.utf8)) { scheme in
            lend(message) { message in
              lend(signature) {
                table.pointee.verify(table.pointee.ctx, keyID, scheme, message, $0, error)
              }
            }
          }
        }
      }
      return .good
    } catch let failure {
      switch failure.code {
      case TENON_REFUSED: return .bad
      case TENON_NOT_FOUND: return .unknownKey
      default: throw failure
      }
    }
  }
}
