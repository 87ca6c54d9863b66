import Documents
import Foundation
import PluginHost
import Synchronization
import Testing
import YAML

/// `tpm identify` out of the shared object, bound to a command line the way the agent does it.
@Suite("tpm identify", .enabled(if: Shipped.isBuilt, "run make plugins first"))
struct IdentifyTests {
  private final class Terminal: Sendable {
    let out = Mutex<[UInt8]>([])
    let err = Mutex<[UInt8]>([])
    var stdout: String { out.withLock { String(decoding: $0, as: UTF8.self) } }
    var stderr: String { err.withLock { String(decoding: $0, as: UTF8.self) } }
  }

  private func run(
    _ words: [String], on tpm: SoftwareTPM? = nil
  ) async throws -> (code: Int32, out: String, err: String) {
    try await Shipped.withCatalog { catalog in
      let terminal = Terminal()
      let binder = CommandBinder(catalog, of: .agent)
      let arguments = tpm.map { ["--test-tcti", $0.address] } ?? []
      let (command, rest) = try #require(binder.match(["tpm", "identify"] + words + arguments))
      let code = await binder.run(
        command, rest,
        CommandEnvironment(
          program: "tbot", out: { bytes in terminal.out.withLock { $0 += bytes } },
          err: { bytes in terminal.err.withLock { $0 += bytes } }, variable: { _ in nil },
          find: { _ throws(PluginFailure) in
            throw PluginFailure(pluginID: "host", code: .unavailable, message: "no network")
          },
          storage: { _ throws(RecordError) in throw RecordError(message: "no storage") },
          log: LogBook()))
      return (code, terminal.stdout, terminal.stderr)
    }
  }

  /// The hash tpm2-tools and openssl arrive at.
  private func publicHash(_ tpm: SoftwareTPM) throws -> String {
    let key = tpm.file("ek-by-tools.pem")
    try tpm.tool("tpm2_createek", ["-c", tpm.file("ek"), "-G", "rsa", "-u", key, "-f", "pem"])
    try tpm.flush()
    let der = try Tool.run("openssl", ["pkey", "-pubin", "-in", key, "-outform", "DER"])
    let digest = try Tool.run("openssl", ["dgst", "-sha256", "-r"], input: der)
    return String(decoding: digest, as: UTF8.self).split(separator: " ").first.map(String.init)
      ?? ""
  }

  @Test("without a certificate it prints the guide's block, and the hash others compute")
  func bare() async throws {
    let tpm = try SoftwareTPM()
    let (code, out, err) = try await run([], on: tpm)
    #expect(code == 0 && err.isEmpty)
    #expect(
      out == """
        TPM Information
        EKPub Hash: \(try publicHash(tpm))
        EKCert Detected: false

        """)
    #expect(try tpm.loaded == [] && tpm.handles("persistent") == [])
  }

  @Test("with a certificate it prints its serial as well, the way openssl reads it")
  func certified() async throws {
    let tpm = try SoftwareTPM(certified: true)
    let (code, out, _) = try await run([], on: tpm)
    let certificate = tpm.file("ek.der")
    try tpm.tool("tpm2_nvread", ["0x1c00002", "-C", "0x1c00002", "-o", certificate])
    let serial = String(
      decoding: try Tool.run(
        "openssl", ["x509", "-inform", "DER", "-in", certificate, "-noout", "-serial"]),
      as: UTF8.self
    ).trimmingCharacters(in: .whitespacesAndNewlines).dropFirst("serial=".count).lowercased()
    let pairs = stride(from: 0, to: serial.count, by: 2).map {
      String(serial.dropFirst($0).prefix(2))
    }
    #expect(code == 0)
    #expect(
      out == """
        TPM Information
        EKPub Hash: \(try publicHash(tpm))
        EKCert Detected: true
        EKCert Serial: \(pairs.joined(separator: ":"))

        """)
  }

  @Test("--debug adds the issuer and PEM that openssl reads back")
  func debug() async throws {
    let tpm = try SoftwareTPM(certified: true)
    let (code, out, _) = try await run(["--debug"], on: tpm)
    #expect(code == 0)
    #expect(out.contains("EKCert Issuer: CN=swtpm-localca\n"))
    let certificate = try #require(block("CERTIFICATE", in: out))
    let key = try #require(block("PUBLIC KEY", in: out))
    let read = try Tool.run(
      "openssl", ["x509", "-noout", "-pubkey"], input: [UInt8](certificate.utf8))
    #expect(String(decoding: read, as: UTF8.self) == key)
    // It is the manufacturer's: the CA's own program agrees.
    try (try tpm.issuer).write(toFile: tpm.file("issuer.pem"), atomically: true, encoding: .utf8)
    try certificate.write(toFile: tpm.file("ek.pem"), atomically: true, encoding: .utf8)
    try Tool.run(
      "openssl",
      [
        "verify", "-partial_chain", "-ignore_critical", "-CAfile", tpm.file("issuer.pem"),
        tpm.file("ek.pem"),
      ])
  }

  private func block(_ label: String, in text: String) -> String? {
    guard let start = text.range(of: "-----BEGIN \(label)-----"),
      let end = text.range(of: "-----END \(label)-----\n")
    else { return nil }
    return String(text[start.lowerBound..<end.upperBound])
  }

  @Test("--format json says the same in fields", arguments: [true, false])
  func json(certified: Bool) async throws {
    let tpm = try SoftwareTPM(certified: certified)
    let (code, out, _) = try await run(["--format=json"], on: tpm)
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(out.utf8)) as? [String: Any])
    #expect(code == 0)
    #expect(object["ek_public_hash"] as? String == (try publicHash(tpm)))
    #expect(object["ek_certificate_detected"] as? Bool == certified)
    #expect((object["ek_certificate_serial"] as? String != nil) == certified)
    #expect(object.count == (certified ? 3 : 2))
  }

  @Test("--format token is a whole token with the hash filled in", arguments: [true, false])
  func token(certified: Bool) async throws {
    let tpm = try SoftwareTPM(certified: certified)
    let (code, out, _) = try await run(
      ["--format=token", "--token=lab: 1", "--bot", "robot"], on: tpm)
    let documents = try YAML.parse([UInt8](out.utf8))
    let token = try #require(documents.first)
    #expect(code == 0 && documents.count == 1)
    #expect(token["kind"]?.string == "token" && token["version"]?.string == "v2")
    #expect(token["metadata"]?["name"]?.string == "lab: 1")
    let spec = try #require(token["spec"])
    #expect(spec["roles"]?.list?.compactMap(\.string) == ["Bot"])
    #expect(spec["join_method"]?.string == "tpm" && spec["bot_name"]?.string == "robot")
    #expect(spec["tpm"]?.members?.map(\.key) == ["allow"])
    let rules = try #require(spec["tpm"]?["allow"]?.list)
    #expect(rules.count == 1 && rules[0]["description"]?.string?.isEmpty == false)
    #expect(rules[0]["ek_public_hash"]?.string == (try publicHash(tpm)))
  }

  @Test("a TPM that is not there is one sentence naming every node that was looked for")
  func absent() async throws {
    guard !FileManager.default.fileExists(atPath: "/dev/tpm0") else { return }
    let (code, out, err) = try await run([])
    #expect(code == 1 && out.isEmpty)
    #expect(
      err.contains("this machine has no TPM 2.0: there is no /dev/tpmrm0 and no /dev/tpm0; "),
      "\(err)")
  }

  @Test("a simulator that does not answer, and an address that is none, are named")
  func unreachable() async throws {
    let silent = try await run(["--test-tcti=swtpm:path=/nowhere/tpm.sock"])
    #expect(silent.code == 1)
    #expect(
      silent.err.contains(
        "the TPM simulator at path=/nowhere/tpm.sock cannot be reached: No such file or directory"))
    let library = try await run(["--test-tcti=/usr/lib/libtss2-tcti-swtpm.so.0:path=/x"])
    #expect(library.code == 1 && library.err.contains("test_tcti is no address of a simulator"))
  }

  @Test("--help names every flag")
  func help() async throws {
    let (code, out, _) = try await run(["--help"])
    #expect(code == 0)
    for flag in ["--format text|json|token", "--debug", "--token", "--bot", "--test-tcti"] {
      #expect(out.contains(flag))
    }
  }
}
