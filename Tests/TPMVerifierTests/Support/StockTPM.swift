import Foundation
import TPMMessages
import Testing

/// A TPM 2.0 that is not ours, driven by tools that are not ours: swtpm and tpm2-tools.
final class StockTPM {
  private static let tools = ["swtpm", "swtpm_setup", "swtpm_localca", "tpm2_activatecredential"]
  static let isInstalled = tools.allSatisfy { tool in
    ["/usr/bin/", "/usr/local/bin/"].contains {
      FileManager.default.isExecutableFile(atPath: $0 + tool)
    }
  }
  static let need: Comment = "needs swtpm, swtpm-tools and tpm2-tools"

  private let folder: URL
  private let guardian = Process()
  private let leash = Pipe()
  private var environment = ProcessInfo.processInfo.environment

  init(certificates: Bool) throws {
    // The path of a socket has little room.
    folder = URL(fileURLWithPath: "/tmp/tenon-tpm-\(UUID().uuidString.prefix(8))")
    for part in ["", "state", "ca"] {
      try FileManager.default.createDirectory(
        at: folder.appending(path: part), withIntermediateDirectories: true)
    }
    environment["TPM2TOOLS_TCTI"] = "swtpm:path=\(path("socket"))"
    try write(
      "localca.conf",
      """
      statedir=\(path("ca"))
      signingkey=\(path("ca/signkey.pem"))
      issuercert=\(path("ca/issuercert.pem"))
      certserial=\(path("ca/certserial"))
      """)
    try write(
      "localca.options",
      "--platform-manufacturer x\n--platform-version 1\n--platform-model y\n")
    try write(
      "setup.conf",
      """
      create_certs_tool=/usr/bin/swtpm_localca
      create_certs_tool_config=\(path("localca.conf"))
      create_certs_tool_options=\(path("localca.options"))
      """)
    try run(
      "swtpm_setup --tpm2 --tpmstate \(path("state")) --config \(path("setup.conf")) --overwrite "
        + "--pcr-banks sha256" + (certificates ? " --create-ek-cert --lock-nvram" : ""))
    let output = Pipe()
    guardian.executableURL = URL(fileURLWithPath: "/bin/sh")
    guardian.arguments = ["-c", Self.guarding, "sh", folder.path]
    guardian.standardInput = leash
    guardian.standardOutput = output
    try guardian.run()
    try #require(output.fileHandleForReading.availableData == Data("ready\n".utf8))
  }

  /// Starts swtpm, and ends it when the tests let go of the pipe, or die.
  private static let guarding = """
    swtpm socket --tpm2 --tpmstate dir="$1/state" --server type=unixio,path="$1/socket" \\
      --ctrl type=unixio,path="$1/socket.ctrl" --flags not-need-init,startup-clear \\
      --daemon --pid file="$1/pid" </dev/null >/dev/null 2>&1 && echo ready || echo failed
    read -r word
    kill "$(cat "$1/pid")"
    rm -rf "$1"
    """

  deinit {
    try? leash.fileHandleForWriting.close()
    guardian.waitUntilExit()
  }

  /// The authorities that vouch for the endorsement certificate.
  func authorities() throws -> [String] {
    [try String(contentsOfFile: path("ca/issuercert.pem"), encoding: .utf8)]
  }

  /// An attestation key, and everything the first message of a join says of it.
  ///
  /// - Parameters:
  ///   - endorsement: persistent handle or context of the endorsement key.
  ///   - certificate: NV index, nil for the bare key.
  ///   - nameHash: name algorithm of the attestation key.
  func evidence(
    endorsement: String, certificate: String?, nameHash: String = "sha256"
  ) throws -> AttestationInit {
    try run("tpm2_readpublic -c \(endorsement) -f der -o ek.der")
    try run("tpm2_createprimary -C o -g sha256 -G rsa -c srk.ctx")
    try run(
      "tpm2_create -C srk.ctx -g \(nameHash) -G rsa2048:rsassa-sha256:null -u ak.pub -r ak.priv "
        + "-a sign|restricted|fixedtpm|fixedparent|sensitivedataorigin|userwithauth|noda "
        + "--creation-data data -d hash -t ticket")
    try run("tpm2_flushcontext -t")
    try run("tpm2_load -C srk.ctx -u ak.pub -r ak.priv -c ak.ctx")
    try run("tpm2_flushcontext -t")
    try run(
      "tpm2_certifycreation -C ak.ctx -c ak.ctx -d hash -t ticket -g sha256 -s rsassa -o signature "
        + "-f tss --attestation attestation")
    try run("tpm2_flushcontext -t")
    var shown = AttestationInit.Endorsement.publicKey(try read("ek.der"))
    if let certificate {
      try run("tpm2_nvread \(certificate) -C o -o ek.crt")
      shown = .certificate(try read("ek.crt"))
    }
    return AttestationInit(
      attestationKey: Array(try read("ak.pub").dropFirst(2)),
      creationData: Array(try read("data").dropFirst(2)),
      creationAttestation: try read("attestation"), creationSignature: try read("signature"),
      endorsement: shown)
  }

  /// `tpm2_activatecredential` with the key of the last ``evidence(endorsement:certificate:)``.
  ///
  /// - Parameter byPolicy: whether the endorsement key wants the policy session of the older templates;
  ///   those of the high range take an empty password.
  func activate(
    _ credential: EncryptedCredential, endorsement: String, byPolicy: Bool
  ) throws -> [UInt8] {
    // The tool's own header: magic and version.
    let file = [0xBA, 0xDC, 0xC0, 0xDE, 0, 0, 0, 1] + credential.blob + credential.secret
    try Data(file).write(to: folder.appending(path: "credential"))
    let command = "tpm2_activatecredential -c ak.ctx -C \(endorsement) -i credential -o secret"
    guard byPolicy else {
      try run(command)
      return try read("secret")
    }
    try run("tpm2_startauthsession --policy-session -S session.ctx")
    try run("tpm2_policysecret -S session.ctx -c e")
    defer { try? run("tpm2_flushcontext session.ctx") }
    try run(command + " -P session:session.ctx")
    return try read("secret")
  }

  /// What openssl says is the hash of the endorsement key.
  func publicHash() throws -> String {
    try run("openssl dgst -sha256 -r -out digest ek.der")
    return String(decoding: try read("digest").prefix(64), as: UTF8.self)
  }

  /// What openssl says is the serial of the certificate: upper-case hex.
  func certificateSerial() throws -> String {
    try run("openssl x509 -inform DER -in ek.crt -noout -serial -out serial")
    let line = String(decoding: try read("serial"), as: UTF8.self)
    return line.trimmingCharacters(in: .whitespacesAndNewlines).replacing("serial=", with: "")
  }

  private func path(_ name: String) -> String { folder.appending(path: name).path }
  private func read(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: path(name))))
  }
  private func write(_ name: String, _ text: String) throws {
    try (text + "\n").write(toFile: path(name), atomically: false, encoding: .utf8)
  }

  struct ToolFailure: Error { let command: String, output: String }

  /// Runs a program by its words; none of them holds a space.
  func run(_ command: String) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command.split(separator: " ").map(String.init)
    process.environment = environment
    process.currentDirectoryURL = folder
    let log = folder.appending(path: "log")
    try Data().write(to: log)
    let handle = try FileHandle(forWritingTo: log)
    process.standardOutput = handle
    process.standardError = handle
    try process.run()
    process.waitUntilExit()
    try handle.close()
    guard process.terminationStatus == 0 else {
      throw ToolFailure(
        command: command, output: (try? String(contentsOf: log, encoding: .utf8)) ?? "")
    }
  }
}
