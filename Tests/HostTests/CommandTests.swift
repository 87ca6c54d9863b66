import Foundation
import Synchronization
import Testing

@testable import Host

@Suite("The command line")
struct CommandTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// What a command said and ended with.
  private struct Said: Sendable {
    var out = ""
    var err = ""
    var status: Int32 = 0
  }

  private func run(
    _ words: String..., program: String = "/usr/bin/tenon", variables: [String: String] = [:]
  ) async -> Said {
    let said = Mutex(Said())
    let console = Console(
      out: { bytes in said.withLock { $0.out += String(decoding: bytes, as: UTF8.self) } },
      err: { bytes in said.withLock { $0.err += String(decoding: bytes, as: UTF8.self) } })
    let status = await AgentCommand(program, console: console) { variables[$0] }.run(words)
    return said.withLock { said in
      said.status = status
      return said
    }
  }

  /// That a command failed with one line, nothing else, and exit code 1.
  private func expectRefusal(
    _ said: Said, _ line: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(said.err == "ERROR: \(line)\n", sourceLocation: sourceLocation)
    #expect(said.status == 1 && said.out.isEmpty, sourceLocation: sourceLocation)
  }

  /// A file with a name of its own.
  private func file(_ text: String) throws -> String {
    try scratch.write("tbot.yaml", text)
    return scratch.path("tbot.yaml")
  }

  @Test("says its version, under the name that tools look for when it is called by that name")
  func version() async {
    #expect(await run("version").out == "Tenon v\(Version.product)\n")
    #expect(await run("version", program: "tbot").out == "Tenon (tbot) v\(Version.product)\n")
  }

  @Test("shows its usage for the asking, and as a failure when nothing was asked")
  func usage() async {
    for said in [await run("help"), await run("--help"), await run("-h", "start")] {
      #expect(said.out.hasPrefix("usage: tenon [flags] command\n") && said.status == 0)
      #expect(said.out.contains("--plugin-dir DIR") && said.err.isEmpty)
    }
    #expect(await run().status == 1)
    let start = await run("start", "--help", program: "tbot")
    #expect(start.out.hasPrefix("usage: tbot start [flags]\n") && start.status == 0)
    #expect(start.out.contains("--oneshot") && start.out.contains("[$TBOT_CONFIG_PATH]"))
  }

  @Test("refuses what it does not know, with what may have been meant")
  func unknown() async {
    await expectRefusal(run("strat"), #"there is no command "strat"; did you mean start?"#)
    await expectRefusal(
      run("--plugin-dir", scratch.path, "tunnel"),
      #"there is no command "tunnel"; plugins bring commands of their own: look into "#
        + "\(scratch.path) with `tenon plugin list`")
    await expectRefusal(
      run("--oneshot", "start", program: "tbot"), "there is no flag --oneshot; try: tbot --help")
    await expectRefusal(
      run("start", "-o", "--token"),
      "there is no flag -o; --token expects a value; try: tenon start --help")
    await expectRefusal(
      run("start", "--onshot", "--proxy-server", "a.b:1", "--plugin-dir", scratch.path),
      "--onshot is no flag of start; did you mean --oneshot?")
    await expectRefusal(
      run("start", "legacy", "identity"),
      #"unexpected argument "identity"; services are started from `services:` in the file; "#
        + "try: tenon start --help")
  }

  @Test("refuses two configurations, and one that is no base64")
  func configurations() async throws {
    await expectRefusal(
      run("-c", "a.yaml", "start", "--config-string", "YQ=="),
      "--config and --config-string are both set; keep one")
    await expectRefusal(
      run("start", variables: ["TBOT_CONFIG": "a.yaml", "TBOT_CONFIG_PATH": "a.yaml"]),
      "--config and --config-string are both set; keep one")
    await expectRefusal(
      run("start", "--config-string", "%"),
      "--config-string is not base64; encode the whole file with it")
    await expectRefusal(
      run("start", "--log-format", "xml"), "--log-format expects text or json")
  }

  @Test("reads the configuration from a file, from base64 or from the environment")
  func sources() async throws {
    let text = "version: v2\nproxy_server: localhost:1\nproxy_serve: localhost:1\n"
    let path = try file(text)
    let encoded = Data(text.utf8).base64EncodedString()
    for (name, said) in [
      (path, await run("start", "-c", path)), (path, await run("-c", path, "start")),
      (path, await run("start", "legacy", "-c", path)),
      ("--config-string", await run("start", "--config-string", encoded)),
      ("--config-string", await run("start", variables: ["TBOT_CONFIG": encoded])),
      (path, await run("start", variables: ["TBOT_CONFIG_PATH": path])),
    ] {
      #expect(said.err.hasPrefix("ERROR: \(name):3:1: unknown key `proxy_serve`"), "\(said.err)")
      #expect(said.status == 1)
    }
  }

  @Test("refuses a file that is not there, and a join method that no plugin brings, by name")
  func missing() async throws {
    let nowhere = scratch.path("nowhere.yaml")
    let said = await run("start", "-c", nowhere)
    #expect(said.err.hasPrefix("ERROR: ") && said.err.contains(nowhere) && said.status == 1)
    let path = try file(
      """
      version: v2
      proxy_server: localhost:1
      onboarding: {join_method: badge, token: abcdef-secret}
      storage: {type: directory, path: \(scratch.path("storage"))}
      """)
    let without = await run("--plugin-dir", scratch.path, "start", "-c", path)
    #expect(without.err.contains("badge") && without.err.contains(scratch.path))
    #expect(without.status == 1 && !without.err.contains("abcdef-secret"))
    #expect(scratch.everything(in: ".") == ["tbot.yaml"])
  }
}
