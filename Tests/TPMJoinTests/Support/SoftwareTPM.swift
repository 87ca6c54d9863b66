import Foundation
import Testing

/// A software TPM of its own: a swtpm process on sockets in a folder, both gone with the value - and
/// the process also when the tests die.
///
/// Sound to share: everything is set in `init` and not touched again before `deinit`.
final class SoftwareTPM: @unchecked Sendable {
  let folder: URL
  /// What `test_tcti` takes, and tpm2-tools.
  let address: String
  private let guardian = Process()
  private let leash = Pipe()

  /// - Parameter certified: with an endorsement certificate of a CA of its own, as manufacturers do it;
  ///   otherwise the TPM is as bare as one can be.
  init(certified: Bool = false) throws {
    // AF_UNIX paths are short.
    folder = URL(fileURLWithPath: "/tmp/tenon-tpm-\(UUID().uuidString.prefix(8))")
    let state = folder.appending(path: "state")
    for directory in [folder, state, folder.appending(path: "ca")] {
      try FileManager.default.createDirectory(
        at: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }
    let socket = folder.appending(path: "socket").path
    address = "swtpm:path=\(socket)"
    if certified { try Self.certify(folder, state) }
    let output = Pipe()
    guardian.executableURL = URL(fileURLWithPath: "/bin/sh")
    guardian.arguments = ["-c", Self.guarding, "sh", folder.path]
    guardian.standardInput = leash
    guardian.standardOutput = output
    try guardian.run()
    let word = output.fileHandleForReading.availableData
    try #require(
      word == Data("ready\n".utf8), "swtpm does not start, is it installed (scripts/deps.sh)?")
  }

  /// Starts swtpm, and ends it when this program goes or says so.
  private static let guarding = """
    trap : TERM
    swtpm socket --tpm2 --tpmstate dir="$1/state" --server type=unixio,path="$1/socket" \
      --ctrl type=unixio,path="$1/socket.ctrl" --flags not-need-init,startup-clear \
      --daemon --pid file="$1/number" </dev/null >/dev/null 2>&1 && echo ready || echo failed
    read -r word
    kill "$(cat "$1/number")"
    rm -rf "$1"
    """

  deinit {
    guardian.terminate()
    guardian.waitUntilExit()
  }

  private static func certify(_ folder: URL, _ state: URL) throws {
    let ca = folder.appending(path: "ca").path
    let options = folder.appending(path: "options").path
    try write(
      options, "--platform-manufacturer x\n--platform-version 1\n--platform-model y\n")
    try write(
      folder.appending(path: "localca").path,
      """
      statedir=\(ca)
      signingkey=\(ca)/signkey.pem
      issuercert=\(ca)/issuercert.pem
      certserial=\(ca)/certserial

      """)
    try write(
      folder.appending(path: "setup").path,
      """
      create_certs_tool=/usr/bin/swtpm_localca
      create_certs_tool_config=\(folder.path)/localca
      create_certs_tool_options=\(options)

      """)
    try Tool.run(
      "swtpm_setup",
      [
        "--tpm2", "--tpmstate", state.path, "--create-ek-cert", "--overwrite", "--lock-nvram",
        "--pcr-banks", "sha256", "--config", "\(folder.path)/setup",
      ])
  }

  private static func write(_ path: String, _ text: String) throws {
    try text.write(toFile: path, atomically: true, encoding: .utf8)
  }

  /// The CA that signed the endorsement certificate, as PEM.
  var issuer: String {
    get throws {
      try String(contentsOf: folder.appending(path: "ca/issuercert.pem"), encoding: .utf8)
    }
  }

  /// A path in the TPM's folder, for files that go with it.
  func file(_ name: String) -> String { folder.appending(path: name).path }

  /// Runs one of tpm2-tools on this TPM. Without a resource manager it leaves its keys behind.
  @discardableResult
  func tool(_ program: String, _ arguments: [String] = [], input: [UInt8] = []) throws -> String {
    String(
      decoding: try Tool.run(program, arguments, input: input, tpm: address), as: UTF8.self)
  }

  /// Flushes what tpm2-tools left.
  func flush() throws { try tool("tpm2_flushcontext", ["-t"]) }

  /// Handles of a kind: `transient`, `persistent`, `loaded-session`.
  func handles(_ kind: String) throws -> [String] {
    try tool("tpm2_getcap", ["handles-\(kind)"]).split(separator: "\n").map {
      String($0.drop { $0 == "-" || $0 == " " })
    }
  }

  /// What the TPM has loaded: keys and sessions.
  var loaded: [String] { get throws { try handles("transient") + handles("loaded-session") } }
}
