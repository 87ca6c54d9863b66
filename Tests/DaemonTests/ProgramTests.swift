import Foundation
import Testing

@testable import Daemon

@Suite("The running program")
struct ProgramTests {
  @Test("knows its own file, and that its plugins are beside the folder it is in")
  func path() throws {
    let path = try #require(Program.path)
    let executable = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    #expect(path == executable)
    let prefix = URL(fileURLWithPath: path).deletingLastPathComponent().deletingLastPathComponent()
    #expect(Program.pluginDirectory == prefix.path + "/lib/tenon/plugins")
  }

  @Test("makes a path absolute against the folder it was started in")
  func absolute() async {
    #expect(Program.absolute("/a/../b") == "/a/../b")
    let here = FileManager.default.currentDirectoryPath
    #expect(Program.absolute("tbot.yaml") == here + "/tbot.yaml")
    await #expect(processExitsWith: .success) {
      guard chdir("/") == 0, Program.absolute("tbot.yaml") == "/tbot.yaml" else { exit(1) }
    }
  }

  @Test("says the name of its machine")
  func hostname() throws {
    let known = try String(contentsOfFile: "/proc/sys/kernel/hostname", encoding: .utf8)
    #expect(Program.hostname + "\n" == known)
  }

  @Test("can keep its memory out of core files")
  func hidden() async {
    await #expect(processExitsWith: .success) {
      guard Program.hideMemory() else { exit(1) }
      var limit = rlimit()
      guard getrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit) == 0, limit.rlim_cur == 0
      else { exit(2) }
    }
  }
}
