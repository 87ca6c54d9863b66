// sources: Sources/Host/Config/JoinURI.swift Sources/Wire/Shared/*.swift
// sources: Sources/Wire/Transport/IPAddressText.swift

/// Any text as a join URI: what is accepted has every part in bounds, an address that the agent can dial,
/// and a spelling that reads the same again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: count))
  guard let text = String(validating: bytes, as: UTF8.self) else { return 0 }
  do throws(JoinURI.Refusal) {
    let uri = try JoinURI(text)
    precondition(count <= JoinURI.maxBytes && !uri.token.isEmpty && uri.parameter?.isEmpty != true)
    precondition((try? ServerAddress(parsing: uri.address)) != nil)
    let parameter = uri.parameter.map { ":" + encoded($0) } ?? ""
    let again =
      "tbot+\(uri.kind.rawValue)+\(uri.method)://\(encoded(uri.token))\(parameter)@\(uri.address)"
    if again.utf8.count <= JoinURI.maxBytes { precondition((try? JoinURI(again)) == uri) }
  } catch {
    precondition(!error.message.isEmpty && !error.hint.isEmpty)
    precondition(!error.message.utf8.contains { $0 < 0x20 || $0 == 0x7F })
  }
  return 0
}

/// Every byte percent-encoded.
private func encoded(_ text: String) -> String {
  let digits = Array("0123456789ABCDEF")
  return text.utf8.map { "%\(digits[Int($0 >> 4)])\(digits[Int($0 & 15)])" }.joined()
}
