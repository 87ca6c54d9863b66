import Testing

@testable import Host

@Suite("The path of the program in a unit")
struct UnitProgramTests {
  /// A version, two links to it, and another program of the same name.
  private static let files: [String: [UInt64]] = [
    "/opt/tenon-0.1.0/bin/tenon": [1, 7], "/usr/local/bin/tbot": [1, 7], "/opt/bin/tbot": [1, 7],
    "/usr/bin/tbot": [1, 8],
  ]

  private func stable(
    _ called: String, path: String = "/usr/bin:/usr/local/bin:/opt/bin",
    running: String? = "/opt/tenon-0.1.0/bin/tenon"
  ) -> String? {
    ProgramPath(searchPath: path, running: running) { Self.files[$0] }.stable(called)
  }

  @Test("is the link it was called by, which stays right when the version changes")
  func links() {
    #expect(stable("/usr/local/bin/tbot") == "/usr/local/bin/tbot")
    #expect(stable("/opt//bin/./tbot") == "/opt/bin/tbot")
    #expect(stable("tbot") == "/usr/local/bin/tbot")
    #expect(stable("tbot", path: "bin::/opt/bin") == "/opt/bin/tbot")
  }

  @Test("is the running file when the name leads elsewhere or nowhere")
  func fallback() {
    #expect(stable("tbot", path: "/usr/bin") == "/opt/tenon-0.1.0/bin/tenon")
    #expect(stable("tbot", path: "") == "/opt/tenon-0.1.0/bin/tenon")
    #expect(stable("/usr/bin/tbot") == "/opt/tenon-0.1.0/bin/tenon")
    #expect(stable("/gone/tbot") == "/opt/tenon-0.1.0/bin/tenon")
  }

  @Test("is the first that can be run where the running file is not known, else none")
  func unknown() {
    #expect(stable("tbot", running: nil) == "/usr/bin/tbot")
    #expect(stable("tbot", path: "/none", running: nil) == nil)
  }
}
