// sources: Sources/Wire/Shared/*.swift Sources/Wire/Transport/IPAddressText.swift

/// Any text as what a client indicates in its handshake, as an address, and as a protocol name.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: count))
  guard let text = String(validating: bytes, as: UTF8.self) else { return 0 }

  // Every cluster's name survives; what decodes is spelled in the one way there is.
  if !text.isEmpty {
    precondition((try? ClusterDomain.decoded(ClusterDomain.encoded(text))) == .some(text))
    precondition(ALPN.auth(cluster: text).hasPrefix(ALPN.authPrefix))
  }
  do throws(RPCError) {
    if let cluster = try ClusterDomain.decoded(text) {
      precondition(Array(ClusterDomain.encoded(cluster).utf8) == bytes)
    }
  } catch {
    precondition(error.code == .accessDenied)
  }

  do throws(RPCError) {
    let address = try ServerAddress(parsing: text, defaultPort: 443)
    precondition((1...65535).contains(address.port) && !address.host.isEmpty)
    precondition((try? ServerAddress(parsing: address.description)) == address)
  } catch {
    precondition(error.code == .badParameter)
  }

  if let address = IPAddressText.bytes(text) {
    precondition(IPAddressText.bytes(IPAddressText.text(address)) == address)
  }
  return 0
}
