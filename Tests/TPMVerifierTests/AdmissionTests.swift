import Documents
import PluginHost
import Testing

/// What happens when a token is created or replaced.
@Suite("token admission") struct AdmissionTests {
  private static let hash = "1b5bbe2e96054f7bc34ebe7ba9a4a9eac5611c6879285ceff6094fa556af485c"
  private let maker: Maker

  init() throws { maker = try Maker() }

  @Test("the guide's token is admitted, with and without a CA", arguments: Build.available)
  func guide(build: Build) async throws {
    let rule = [("description", "example-server-100"), ("ek_public_hash", Self.hash)]
    let authority = Authority(build)
    for authorities in [[], [try maker.pem]] {
      let outcome = try await authority.admit(Token.spec([rule], authorities: authorities))
      guard case .admitted(let status) = outcome else { throw Misuse() }
      #expect(status == Array("{}".utf8))
    }
    #expect(authority.log.warnings.isEmpty)
  }

  @Test("a token without its section is told how to get one", arguments: Build.available)
  func missingSection(build: Build) async throws {
    for spec in [Node.null, .text("x"), .array([])] {
      let notes = try await Authority(build).notes(spec)
      #expect(notes.map(\.path) == [""])
      #expect(notes.first?.message.contains("spec.tpm") == true)
      #expect(notes.first?.message.contains("tbot tpm identify") == true)
    }
  }

  @Test("a token without rules is refused", arguments: Build.available)
  func noRules(build: Build) async throws {
    for spec in [Node.object([]), .object([("allow", .array([]))]), .object([("allow", .null)])] {
      let notes = try await Authority(build).notes(spec)
      #expect(notes.map(\.path) == ["allow"])
      #expect(notes.first?.message.contains("at least one rule") == true)
    }
  }

  @Test("a rule that would allow every TPM is refused", arguments: Build.available)
  func emptyRule(build: Build) async throws {
    let notes = try await Authority(build).notes(
      Token.spec([[("ek_public_hash", Self.hash)], [("description", "all of them")]]))
    #expect(notes.map(\.path) == ["allow.1"])
    #expect(notes.first?.message.contains("allows every TPM") == true)
  }

  @Test(
    "a hash that could never match is refused", arguments: Build.available,
    [
      "1B5BBE2E96054F7BC34EBE7BA9A4A9EAC5611C6879285CEFF6094FA556AF485C", "1b5b", "<hex>",
      "name=\"ek-public-hash\" />", hash + "0", "SHA256:" + hash,
    ])
  func badHash(build: Build, text: String) async throws {
    let notes = try await Authority(build).notes(Token.spec([[("ek_public_hash", text)]]))
    #expect(notes.map(\.path) == ["allow.0.ek_public_hash"])
    #expect(notes.first?.message.contains("64 lower-case hex digits") == true)
  }

  @Test(
    "a serial that could never match is refused", arguments: Build.available,
    ["5E:CD:5F:8E", "5ecd5f8e", "5e:cd:5f:8", "5e::cd", ":", "5e:cd:", "1337", "0x5e"])
  func badSerial(build: Build, text: String) async throws {
    let notes = try await Authority(build).notes(
      Token.spec([[("ek_certificate_serial", text)]], authorities: [try maker.pem]))
    #expect(notes.map(\.path) == ["allow.0.ek_certificate_serial"])
    #expect(notes.first?.message.contains("5e:cd:5f:8e") == true)
  }

  @Test("a serial without a CA list is refused with the reason", arguments: Build.available)
  func serialWithoutList(build: Build) async throws {
    let serial = ("ek_certificate_serial", "5e:cd:5f:8e")
    for rule in [[serial], [serial, ("ek_public_hash", Self.hash)]] {
      let notes = try await Authority(build).notes(Token.spec([rule]))
      #expect(notes.map(\.path) == ["allow.0.ek_certificate_serial"])
      #expect(
        notes.first?.message.contains("anybody can make a certificate with this serial") == true)
      #expect(notes.first?.message.contains("ek_public_hash") == true)
    }
    let listed = Token.spec([[serial]], authorities: [try maker.pem])
    #expect(try await Authority(build).notes(listed).isEmpty)
  }

  @Test("what is no certificate is refused as a CA", arguments: Build.available)
  func badAuthorities(build: Build) async throws {
    let good = try maker.pem
    let cases = [
      ("... CA Certificate Data ...", "one certificate in PEM"),
      ("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", "no X.509 certificate"),
      ("-----BEGIN CERTIFICATE-----\n... CA ...\n-----END CERTIFICATE-----", "base64"),
      (good + "\n" + good, "list item of its own"), (good + "x", "one certificate in PEM"),
      (good.replacing("CERTIFICATE", with: "PRIVATE KEY"), "one certificate in PEM"), ("", "PEM"),
    ]
    for (text, reason) in cases {
      let notes = try await Authority(build).notes(
        Token.spec([[("ek_public_hash", Self.hash)]], authorities: [good, text]))
      #expect(notes.map(\.path) == ["ekcert_allowed_cas.1"])
      #expect(notes.first?.message.contains(reason) == true, "\(text)")
    }
  }

  @Test("a CA with other line ends or indentation is admitted", arguments: Build.available)
  func spelling(build: Build) async throws {
    let pem = try maker.pem
    for text in [
      pem + "\n", pem.replacing("\n", with: "\r\n"), "\n  " + pem.replacing("\n", with: "\n  "),
    ] {
      let spec = Token.spec([[("ek_public_hash", Self.hash)]], authorities: [text])
      #expect(try await Authority(build).notes(spec).isEmpty)
    }
  }

  @Test("keys that nobody knows and values of another kind are named", arguments: Build.available)
  func strict(build: Build) async throws {
    let spec = Node.object([
      ("ekcert_allowed_ca", .array([])), ("ekcert_allowed_cas", .text("x")),
      (
        "allow",
        .array([
          .object([("ek_pub_hash", .text(Self.hash))]), .text("x"),
          .object([("ek_public_hash", .flag(true)), ("description", .array([]))]),
        ])
      ),
    ])
    let notes = try await Authority(build).notes(spec, status: .object([("count", .integer(1))]))
    #expect(
      notes.map(\.path) == [
        "ekcert_allowed_ca", "ekcert_allowed_cas", "allow.0.ek_pub_hash", "allow.1",
        "allow.2.description", "allow.2.ek_public_hash", "status.count",
      ])
    #expect(notes.allSatisfy { !$0.message.isEmpty })
  }

  @Test("a CA that has expired is admitted with a warning", arguments: Build.available)
  func expiredAuthority(build: Build) async throws {
    let authority = Authority(build)
    let old = try Maker("Old", notAfter: -1)
    let early = try Maker("Early", notBefore: 60)
    let spec = Token.spec(
      [[("ek_public_hash", Self.hash)]],
      authorities: [try maker.pem, try old.pem, try early.pem])
    #expect(try await authority.notes(spec).isEmpty)
    #expect(authority.log.warnings.count == 2)
    #expect(
      authority.log.warnings.first?.hasPrefix("ekcert_allowed_cas.1 of the token has expired")
        == true)
    #expect(authority.log.warnings.last?.contains("is not yet valid") == true)
  }
}
