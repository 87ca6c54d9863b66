import Foundation
import PluginHost
import Testing

@testable import Host

@Suite("A pid file")
struct RunPIDFileTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test("tells everybody the number of the process, and goes with it")
  func written() throws {
    try scratch.write("agent.pid", "1\n2\n3\n left by somebody else")
    let file = try PIDFile(scratch.path("agent.pid"))
    #expect(scratch.text("agent.pid") == "\(getpid())\n")
    #expect(try scratch.mode("agent.pid") == 0o644)
    file.remove()
    #expect(scratch.everything(in: ".").isEmpty)
    file.remove()
  }

  @Test("stays when it is another process's by now")
  func taken() throws {
    let first = try PIDFile(scratch.path("agent.pid"), number: 4711)
    let second = try PIDFile(scratch.path("agent.pid"), number: 4712)
    first.remove()
    #expect(scratch.text("agent.pid") == "4712\n")
    second.remove()
    #expect(scratch.everything(in: ".").isEmpty)
  }

  @Test("replaces a link and never writes through it")
  func link() throws {
    try scratch.write("precious", "kept")
    try FileManager.default.createSymbolicLink(
      atPath: scratch.path("agent.pid"), withDestinationPath: "precious")
    let file = try PIDFile(scratch.path("agent.pid"))
    #expect(scratch.text("precious") == "kept")
    file.remove()
    #expect(scratch.everything(in: ".") == ["precious"])
  }

  @Test("needs a folder that is there", arguments: ["none/agent.pid", "agent/"])
  func missing(_ name: String) throws {
    let error = #expect(throws: RecordError.self) { _ = try PIDFile(scratch.path(name)) }
    #expect(error?.message.contains(scratch.path(name)) == true && error?.hint.isEmpty == false)
    #expect(scratch.everything(in: ".").isEmpty)
  }
}
