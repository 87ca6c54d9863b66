// sources: Sources/Wire/Transport/CertificateNames.swift Sources/Wire/Transport/IPAddressText.swift

/// Two lines, a name in a certificate and a name asked for: they match as RFC 6125 says, judged label by label.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let text = String(decoding: UnsafeBufferPointer(start: data, count: count), as: UTF8.self)
  guard let end = text.firstIndex(of: "\n") else { return 0 }
  let pattern = String(text[..<end]).lowercased()
  let wanted = String(text[text.index(after: end)...])
  let names = CertificateNames(dns: [pattern])

  if let address = IPAddressText.bytes(wanted) {
    precondition(!names.match(wanted))
    precondition(CertificateNames(dns: [], addresses: [address]).match(wanted))
    return 0
  }
  precondition(!CertificateNames(dns: [], addresses: [Array(wanted.utf8)]).match(wanted))
  guard names.match(wanted) else { return 0 }
  let asked = labels(wanted.lowercased(), dropsRoot: true)
  let certified = labels(pattern, dropsRoot: false)
  precondition(asked.count == certified.count)
  if certified.first == "*" {
    precondition(certified.count >= 3 && asked.first?.isEmpty == false)
    precondition(asked.dropFirst() == certified.dropFirst())
  } else {
    precondition(asked == certified)
  }
  return 0
}

private func labels(_ name: String, dropsRoot: Bool) -> [Substring] {
  let name = dropsRoot && name.hasSuffix(".") ? name.dropLast() : name[...]
  return name.split(separator: ".", omittingEmptySubsequences: false)
}
