import PluginABI

/// Keys behind handles (`tenon/host/key.h`).
public struct Keys {
  private let table: UnsafePointer<tenon_host_key>

  init(_ table: UnsafePointer<tenon_host_key>) { self.table = table }

  /// One key. Forgotten when the last reference goes.
  public final class Key {
    fileprivate let table: UnsafePointer<tenon_host_key>
    fileprivate let raw: OpaquePointer

    fileprivate init(_ table: UnsafePointer<tenon_host_key>, _ raw: OpaquePointer) {
      self.table = table
      self.raw = raw
    }

    deinit { table.pointee.forget(table.pointee.ctx, raw) }

    /// `ssh` form: one authorized_keys line without comment.
    public func authorizedKey() throws(PluginError) -> String {
      String(decoding: try encoded("ssh"), as: UTF8.self)
    }

    /// Unpadded base64url of SHA-256 over the key's DER.
    public func keyID() throws(PluginError) -> String {
      String(decoding: try encoded("key-id"), as: UTF8.self)
    }

    /// JOSE name of the signature scheme that suits the key.
    public func scheme() throws(PluginError) -> String {
      String(
        decoding: try collect { sink, error in
          table.pointee.scheme(table.pointee.ctx, raw, sink, error)
        }, as: UTF8.self)
    }

    public func sign(_ message: [UInt8]) throws(PluginError) -> [UInt8] {
      try collect { sink, error in
        lend(message) { table.pointee.sign(table.pointee.ctx, raw, $0, sink, error) }
      }
    }

    /// Whether the signature is good.
    public func verify(
      scheme: String, message: [UInt8], signature: [UInt8]
    ) throws(PluginError) -> Bool {
      do {
        _ = try collect { _, error in
          lend([UInt8](scheme.utf8)) { scheme in
            lend(message) { message in
              lend(signature) {
                table.pointee.verify(table.pointee.ctx, raw, scheme, message, $0, error)
              }
            }
          }
        }
        return true
      } catch let failure {
        if failure.code == TENON_REFUSED { return false }
        throw failure
      }
    }

    /// The private key as PEM. Wipe the copy after writing it.
    public func exportPrivate() throws(PluginError) -> [UInt8] {
      try collect { sink, error in
        table.pointee.export_private(table.pointee.ctx, raw, sink, error)
      }
    }

    private func encoded(_ encoding: String) throws(PluginError) -> [UInt8] {
      try collect { sink, error in
        lend([UInt8](encoding.utf8)) {
          table.pointee.public_key(table.pointee.ctx, raw, $0, sink, error)
        }
      }
    }
  }

  /// A new private key: `ed25519`, `ecdsa-p256` or `rsa-2048`.
  public func generate(_ algorithm: String) throws(PluginError) -> Key {
    try make([UInt8](algorithm.utf8), table.pointee.generate)
  }

  public func importPrivate(pem: [UInt8]) throws(PluginError) -> Key {
    try make(pem, table.pointee.import_private)
  }

  /// From an authorized_keys line or PEM.
  public func importPublic(_ text: [UInt8]) throws(PluginError) -> Key {
    try make(text, table.pointee.import_public)
  }

  private typealias Maker =
    @convention(c) (
      UnsafeMutableRawPointer?, tenon_bytes, UnsafeMutablePointer<OpaquePointer?>?,
      UnsafeMutablePointer<tenon_error>?
    ) -> Int32

  private func make(_ input: [UInt8], _ maker: Maker?) throws(PluginError) -> Key {
    var key: OpaquePointer?
    _ = try collect { _, error in
      lend(input) { maker?(table.pointee.ctx, $0, &key, error) ?? TENON_INTERNAL }
    }
    guard let key else { throw PluginError(TENON_INTERNAL, "the host made no key") }
    return Key(table, key)
  }
}
