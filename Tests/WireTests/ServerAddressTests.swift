import Testing
import Wire

@Suite struct ServerAddressTests {
  @Test(arguments: [
    ("example.com:443", "example.com", 443), ("example.com", "example.com", 3080),
    ("127.0.0.1:3025", "127.0.0.1", 3025), ("[::1]:3025", "::1", 3025),
    ("[fe80::1]", "fe80::1", 3080),
    ("https://example.com", "example.com", 3080), ("https://example.com:1/", "example.com", 1),
  ])
  func anAddressIsReadAndWrittenBack(text: String, host: String, port: Int) throws {
    let address = try ServerAddress(parsing: text, defaultPort: 3080)
    #expect(address == ServerAddress(host: host, port: port))
    #expect(try ServerAddress(parsing: address.description) == address)
  }

  @Test(arguments: [
    "", ":443", "example.com:", "example.com:0", "example.com:65536", "example.com:+1", "::1",
    "[::1", "[::1]443", "[[::1]", "[example.com]:443", "http://example.com", "example.com/path",
    "user@example.com", "exa mple.com", "example.com\n", "a\u{0}b:1",
  ])
  func anythingElseIsRefusedWithTheTextItself(_ text: String) throws {
    let error = #expect(throws: RPCError.self) {
      try ServerAddress(parsing: text, defaultPort: 3080)
    }
    #expect(error?.code == .badParameter)
    #expect(error?.message.hasPrefix("\"\(text)\" is not an address: ") == true)
  }

  @Test func aPortIsRequiredWhereThereIsNoDefault() {
    let error = #expect(throws: RPCError.self) { try ServerAddress(parsing: "example.com") }
    #expect(error?.message.contains("the port is missing") == true)
  }
}
