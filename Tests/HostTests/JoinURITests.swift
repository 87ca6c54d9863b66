import Testing

@testable import Host

@Suite("A join URI")
struct JoinURITests {
  private func refusal(_ text: String) -> String {
    do throws(JoinURI.Refusal) {
      _ = try JoinURI(text)
      return ""
    } catch {
      return "\(error.message); \(error.hint)"
    }
  }

  @Test("is taken apart, and its secrets are decoded")
  func parts() throws {
    var uri = try JoinURI("tbot+proxy+bound-keypair://example:SECRET@example.teleport.sh:443")
    #expect(uri.kind == .proxy && uri.method == "bound-keypair")
    #expect(uri.token == "example" && uri.parameter == "SECRET")
    #expect(uri.address == "example.teleport.sh:443")
    uri = try JoinURI("TBOT+Auth+TPM://a%40b%3a%C3%A4:p%25:q!@[2001:db8::1]:3025/")
    #expect(uri.kind == .auth && uri.method == "tpm")
    #expect(uri.token == "a@b:ä" && uri.parameter == "p%:q!")
    #expect(uri.address == "[2001:db8::1]:3025")
    uri = try JoinURI("tbot+auth+token://x:@10.0.0.1:65535")
    #expect(uri.parameter == nil && uri.address == "10.0.0.1:65535")
    #expect(try JoinURI("tbot+auth+token://x@[::ffff:1.2.3.4]:1").address == "[::ffff:1.2.3.4]:1")
  }

  static let wrong: [(uri: String, words: String)] = [
    ("", "unsupported joining URI scheme; write tbot+proxy+METHOD://TOKEN[:PARAMETER]@HOST:PORT"),
    ("https://hunter2@a.b:1", "unsupported joining URI scheme"),
    ("tbot+proxy+badge:hunter2@a.b:1", "unsupported joining URI scheme"),
    ("tbot+proxy+badge:/hunter2@a.b:1", "unsupported joining URI scheme"),
    ("tbot+proxy://hunter2@a.b:1", "unsupported joining URI scheme"),
    ("tbot+proxy+badge+x://hunter2@a.b:1", "unsupported joining URI scheme"),
    ("tbot+proxy+://hunter2@a.b:1", "unsupported joining URI scheme"),
    ("tbot+proxy+bound_keypair://hunter2@a.b:1", "unsupported joining URI scheme"),
    ("sbot+proxy+badge://hunter2@a.b:1", "unsupported joining URI scheme"),
    ("tbot+node+badge://hunter2@a.b:1", "address kind must be one of proxy, auth, not \"node\""),
    ("tbot+proxy+badge://a.b:1", "the token is missing"),
    ("tbot+proxy+badge://@a.b:1", "the token is missing"),
    ("tbot+proxy+badge://:hunter2@a.b:1", "the token is missing"),
    ("tbot+proxy+badge://", "the token is missing"),
    ("tbot+proxy+badge://x:hun@ter2@a.b:1", "the URI has more than one @; in token and"),
    ("tbot+proxy+badge://x:hunter2/@a.b:1", "the URI goes on behind the address"),
    ("tbot+proxy+badge://x:hunter2@a.b:1/path", "the URI goes on behind the address"),
    ("tbot+proxy+badge://x:hunter2@a.b:1?q", "the URI goes on behind the address"),
    ("tbot+proxy+badge://x:hunter2@a.b:1#f", "the URI goes on behind the address"),
    ("tbot+proxy+badge://x:hunter2%@a.b:1", "the parameter has a % that two hexadecimal digits"),
    ("tbot+proxy+badge://x:hunter2%4@a.b:1", "the parameter has a % that two hexadecimal digits"),
    ("tbot+proxy+badge://hunter2%zz@a.b:1", "the token has a % that two hexadecimal digits"),
    (
      "tbot+proxy+badge://hunter2 x@a.b:1", "the token has a character that must be percent-encoded"
    ),
    ("tbot+proxy+badge://hunter2ä@a.b:1", "the token has a character that must be percent-encoded"),
    ("tbot+proxy+badge://x:hunter2%ff@a.b:1", "the parameter is no text when it is decoded"),
    ("tbot+proxy+badge://x:hunter2%00@a.b:1", "the parameter is no text when it is decoded"),
    ("tbot+proxy+badge://hunter2@", "the host is missing"),
    ("tbot+proxy+badge://hunter2@:1", "the host is missing"),
    ("tbot+proxy+badge://hunter2@a b:1", "the host is no host name or IP address"),
    ("tbot+proxy+badge://hunter2@a%41:1", "the host is no host name or IP address"),
    ("tbot+proxy+badge://hunter2@[::1:1", "what stands in brackets is no IPv6 address"),
    ("tbot+proxy+badge://hunter2@[1.2.3.4]:1", "what stands in brackets is no IPv6 address"),
    ("tbot+proxy+badge://hunter2@[fe80::1%25eth0]:1", "what stands in brackets is no IPv6 address"),
    ("tbot+proxy+badge://hunter2@a.b", "the port is missing"),
    ("tbot+proxy+badge://hunter2@[::1]", "the port is missing"),
    ("tbot+proxy+badge://hunter2@[::1]x:1", "the port is missing"),
    ("tbot+proxy+badge://hunter2@a.b:", "the port is no number from 1 to 65535"),
    ("tbot+proxy+badge://hunter2@a.b:0", "the port is no number from 1 to 65535"),
    ("tbot+proxy+badge://hunter2@a.b:65536", "the port is no number from 1 to 65535"),
    ("tbot+proxy+badge://hunter2@a.b:+1", "the port is no number from 1 to 65535"),
    ("tbot+proxy+badge://hunter2@a:b:1", "the port is no number from 1 to 65535"),
  ]

  @Test("that is none is refused without a word of what may be secret", arguments: wrong)
  func refused(_ row: (uri: String, words: String)) {
    let text = refusal(row.uri)
    #expect(text.hasPrefix(row.words), "\(text)")
    #expect(!text.contains("hunter2") && !text.contains("ter2"))
  }

  @Test("is bounded")
  func bounded() {
    let long = "tbot+proxy+badge://" + String(repeating: "x", count: 4072) + "@a.b:1"
    #expect(long.utf8.count == 4097)
    #expect(refusal(long).hasPrefix("the URI has 4097 bytes, at most 4096 are read; write"))
    #expect(refusal(String(long.dropFirst().dropLast())).isEmpty == false)
    #expect(refusal(long.replacing("xx@", with: "@")) == "")
    let host = String(repeating: "h", count: 254)
    #expect(refusal("tbot+proxy+badge://x@\(host):1").hasPrefix("the host is no host name"))
  }
}
