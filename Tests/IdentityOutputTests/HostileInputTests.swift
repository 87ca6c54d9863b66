import Documents
import IdentityOutput
import Testing

/// What a cluster or a path could smuggle into a file that another program trusts.
@Suite struct HostileInputTests {
  @Test(arguments: [
    "", "evil\nHost *\n  ProxyCommand touch /tmp/x", "a'b", "a\"b", "a b", "a,b", "*", "!x", "a/b",
    "..", ".x", "-oProxyCommand=x", "a%h", "a\u{0}b", "a$(id)", "\u{1B}[2J", "é",
    String(repeating: "a", count: 201),
  ])
  func aHostileClusterNameIsRefused(name: String) throws {
    for list in ["host", "user", "database", "clusters"] {
      let node = try Samples.credentials().replacing(
        "credentials.\(list).authorities.0.cluster", with: .text(name))
      let failure = try #require(try Samples.failure(node))
      #expect(failure.message.utf8.count < 250)
      #expect(!failure.message.utf8.contains { $0 < 0x20 })
    }
  }

  @Test(arguments: [
    "auth.example.com", ":443", "auth.example.com:", "auth.example.com:0", "a:65536", "a:443x",
    "a b:443", "a\nb:443", "*:443", "a,b:443", "[::1:443", "::1:443", "-x:443", "a'b:443",
    "a/b:443",
    "%h:443", "[]:443", "a:99999999999999999999",
  ])
  func aHostileProxyAddressIsRefused(address: String) throws {
    let node = try Samples.credentials().replacing(
      "credentials.proxy.web_address", with: .text(address))
    let failure = try Samples.failure(node)
    #expect(failure?.message.hasSuffix("which is no host:port") == true)
  }

  @Test(arguments: ["localhost:3080", "127.0.0.1:443", "[::1]:443", "[2001:db8::1]:65535", "a_b:1"])
  func addressesOfAllKindsAreTaken(address: String) throws {
    let node = try Samples.credentials().replacing(
      "credentials.proxy.web_address", with: .text(address))
    #expect(try Samples.failure(node) == nil)
  }

  @Test(arguments: [
    "ssh-ed25519", "ssh-ed25519 ", " ssh-ed25519 AAAA", "ssh-ed25519 AA\nAA",
    "ssh-ed25519 AAAA\n@cert-authority * x",
    "ssh ed25519 !!!!", "restrict,command=\"x\" ssh-ed25519 AAAA", "ssh-ed25519\tAAAA", "SSH AAAA",
    "ssh-ed25519-cert-v01@openssh.com AAAA",
  ])
  func aHostKeyThatIsNoSinglePlainLineIsRefused(line: String) throws {
    for list in ["host", "clusters"] {
      let node = try Samples.credentials().replacing(
        "credentials.\(list).authorities.0.ssh.0", with: .text(line))
      #expect(try Samples.failure(node)?.message.hasSuffix("that is no SSH public key") == true)
    }
  }

  @Test func aPlainKeyInPlaceOfTheCertificateIsRefused() throws {
    let node = try Samples.credentials()
    let key = node["credentials"]?["main"]?["ssh_public_key"]
    let wrong = node.replacing("credentials.main.ssh_certificate", with: key)
    #expect(try Samples.failure(wrong)?.message.hasSuffix("no certificate") == true)
  }

  @Test func aLineWhoseTypeIsNotTheTypeOfTheKeyIsRefused() throws {
    let node = try Samples.credentials()
    let line = try #require(node["credentials"]?["main"]?["ssh_public_key"]?.string)
    for wrong in [
      line.replacing("ecdsa-sha2-nistp256 ", with: "ssh-ed25519 "), String(line.dropLast()),
      line + "=", line.replacing("AAAAE2", with: "AAAA=2"),
      line.replacing("AAAAE2", with: "AAAAF2"),
    ] {
      let failure = try Samples.failure(
        node.replacing("credentials.main.ssh_public_key", with: .text(wrong)))
      #expect(
        failure?.message == "credentials.main.ssh_public_key is no single authorized_keys line")
    }
  }

  @Test func textAroundACertificateIsRefused() throws {
    let node = try Samples.credentials()
    let certificate = try #require(
      node["credentials"]?["host"]?["authorities"]?.list?[0]["tls"]?.list?[0].string)
    let key = try #require(node["credentials"]?["main"]?["private_key"]?.string)
    let wrong = [
      "subject=x\n" + certificate, certificate + "ssh-ed25519 AAAA\n", certificate + key, "\n",
      certificate.replacing("CERTIFICATE", with: "X509 CRL"),
      certificate.replacing("-----END CERTIFICATE-----", with: ""),
      certificate.replacing("\n", with: "\r\n"), certificate.replacing("\n", with: "\n\n"),
      "-----BEGIN -----\n-----END -----",
    ]
    for text in wrong {
      let hostile = node.replacing("credentials.host.authorities.0.tls.0", with: .text(text))
      let failure = try Samples.failure(hostile)
      #expect(failure?.message.hasSuffix("holds something that is no PEM certificate") == true)
    }
  }

  @Test(arguments: ["relative", "", "/a\nb", "/a\u{7F}", "/a/${HOME}/b"])
  func aDirectoryThatOpenSSHCannotNameIsRefused(path: String) throws {
    let node = try Samples.credentials().replacing("destination.path", with: .text(path))
    let failure = try Samples.failure(node)
    #expect(failure?.hint.isEmpty == false)
  }

  @Test func theNameOfTheProxyCommandIsAPlainWord() throws {
    let node = try Samples.credentials().replacing(
      "agent.ssh_proxy_command.name", with: .text("x; rm -rf /"))
    #expect(try Samples.failure(node)?.message.hasSuffix("which is no plain word") == true)
  }
}
