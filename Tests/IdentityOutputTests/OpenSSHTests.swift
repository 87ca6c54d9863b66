import Documents
import Foundation
import IdentityOutput
import Testing

/// The installed OpenSSH reads what was written, and understands it as meant.
@Suite struct OpenSSHTests {
  /// A directory that vanishes with the test.
  final class Scratch {
    let path: String

    init(_ name: String = "plain") throws {
      path =
        FileManager.default.temporaryDirectory
        .appending(path: "tenon-identity-\(UUID().uuidString)").appending(path: name).path
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
      let parent = URL(fileURLWithPath: path).deletingLastPathComponent()
      try? FileManager.default.removeItem(at: parent)
    }

    func render(_ node: Node) throws {
      let node = node.replacing("destination.path", with: .text(path))
      for artifact in try Samples.render(node) {
        let file = URL(fileURLWithPath: path).appending(path: artifact.name)
        try Data(artifact.content).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
      }
    }
  }

  func run(_ tool: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: tool)
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }

  func resolved(_ file: String, host: String) throws -> [String: [String]] {
    let (status, output) = try run("/usr/bin/ssh", ["-G", "-F", file, host])
    #expect(status == 0, "\(output)")
    var values: [String: [String]] = [:]
    for line in output.split(separator: "\n") {
      let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
      values[parts[0], default: []].append(parts.count > 1 ? parts[1] : "")
    }
    return values
  }

  @Test func sshKeygenReadsTheCertificateAndTheKey() throws {
    let scratch = try Scratch()
    try scratch.render(try Samples.credentials())
    let listing = try run("/usr/bin/ssh-keygen", ["-L", "-f", "\(scratch.path)/key-cert.pub"])
    #expect(listing.status == 0)
    #expect(listing.output.contains("user certificate"))
    #expect(listing.output.contains("robot"))
    let key = try run("/usr/bin/ssh-keygen", ["-y", "-f", "\(scratch.path)/key"])
    let publicKey = try String(contentsOfFile: "\(scratch.path)/key.pub", encoding: .utf8)
    #expect(key.output == publicKey)
  }

  @Test func sshKeygenFindsEveryHostOfTheClustersInKnownHosts() throws {
    let scratch = try Scratch()
    try scratch.render(try Samples.credentials())
    for host in ["auth.example.com", "example.com", "node.example.com", "n.leaf.example.com"] {
      let found = try run("/usr/bin/ssh-keygen", ["-F", host, "-f", "\(scratch.path)/known_hosts"])
      #expect(found.output.contains("CA"), "\(host)")
    }
    let other = try run(
      "/usr/bin/ssh-keygen", ["-F", "example.org", "-f", "\(scratch.path)/known_hosts"])
    #expect(other.output.isEmpty)
    let any = try run(
      "/usr/bin/ssh-keygen",
      ["-F", "anything", "-f", "\(scratch.path)/leaf.example.com.known_hosts"])
    #expect(any.output.contains("CA"))
  }

  @Test func aNodeIsReachedThroughTheProxyCommandAndTheProxyItselfIsNot() throws {
    let scratch = try Scratch()
    try scratch.render(try Samples.credentials())
    let node = try resolved("\(scratch.path)/ssh_config", host: "node.example.com")
    #expect(node["port"] == ["3022"])
    #expect(node["identityfile"] == ["\(scratch.path)/key"])
    #expect(node["certificatefile"] == ["\(scratch.path)/key-cert.pub"])
    #expect(node["userknownhostsfile"] == ["\(scratch.path)/known_hosts"])
    #expect(
      node["proxycommand"] == [
        "'/usr/bin/tbot' ssh-proxy-command --destination-dir='\(scratch.path)' "
          + "--proxy-server='auth.example.com:443' --cluster='example.com' --tls-routing "
          + "--no-connection-upgrade --resume --user=%r --host=%h --port=%p"
      ])
    let proxy = try resolved("\(scratch.path)/ssh_config", host: "auth.example.com")
    #expect(proxy["proxycommand"] == nil)
    #expect(proxy["port"] == ["22"])
    #expect(proxy["identityfile"] == ["\(scratch.path)/key"])
    let other = try resolved("\(scratch.path)/ssh_config", host: "example.org")
    #expect(other["certificatefile"] == nil)
  }

  @Test func aHostOfALeafBelowTheClusterBelongsToTheLeaf() throws {
    let scratch = try Scratch()
    try scratch.render(try Samples.credentials())
    let values = try resolved("\(scratch.path)/ssh_config", host: "n1.leaf.example.com")
    #expect(values["proxycommand"]?.first?.contains("--cluster='leaf.example.com'") == true)
  }

  @Test func theFileOfALeafClusterTakesEveryHost() throws {
    let scratch = try Scratch()
    try scratch.render(try Samples.credentials())
    let values = try resolved("\(scratch.path)/leaf.example.com.ssh_config", host: "n1")
    #expect(values["userknownhostsfile"] == ["\(scratch.path)/leaf.example.com.known_hosts"])
    #expect(values["proxycommand"]?.first?.contains("--cluster='leaf.example.com'") == true)
  }

  @Test func withoutAProxyCommandTheOrdinaryPortIsUsed() throws {
    let scratch = try Scratch()
    try scratch.render(try Samples.credentials().replacing("agent.ssh_proxy_command", with: nil))
    for file in ["ssh_config", "example.com.ssh_config"] {
      let values = try resolved("\(scratch.path)/\(file)", host: "node.example.com")
      #expect(values["port"] == ["22"])
      #expect(values["proxycommand"] == nil)
      #expect(values["certificatefile"] == ["\(scratch.path)/key-cert.pub"])
    }
  }

  @Test(arguments: [
    "with space", "quote\"d", "back\\slash", "o'clock", "100%h", "# no comment", "é€",
  ])
  func everyPathComesOutAsItWentIn(name: String) throws {
    let scratch = try Scratch(name)
    try scratch.render(try Samples.credentials())
    let values = try resolved("\(scratch.path)/ssh_config", host: "node.example.com")
    // `ssh -G` prints tokens before they are expanded.
    let printed = scratch.path.replacing("%", with: "%%")
    #expect(values["identityfile"] == ["\(printed)/key"])
    #expect(values["certificatefile"] == ["\(printed)/key-cert.pub"])
    let command = try #require(values["proxycommand"]?.first)
    let shell = try run(
      "/bin/sh",
      ["-c", "printf '%s\\n' \(command.replacing("%%", with: "%"))"])
    #expect(shell.output.contains("--destination-dir=\(scratch.path)\n"))
  }
}
