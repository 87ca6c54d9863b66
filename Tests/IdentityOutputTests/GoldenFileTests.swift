import Documents
import Foundation
import IdentityOutput
import Testing

/// Compares every file with the committed one, byte by byte.
@Suite struct GoldenFileTests {
  private func check(_ artifacts: [Artifact], against folder: String) throws {
    let directory = Samples.directory.appending(path: "Golden/\(folder)")
    let expected = try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
    #expect(artifacts.map(\.name).sorted() == expected)
    for artifact in artifacts {
      let golden = try Data(contentsOf: directory.appending(path: artifact.name))
      #expect([UInt8](golden) == artifact.content, "\(folder)/\(artifact.name) differs")
    }
  }

  @Test func aDirectoryGetsEveryFile() throws {
    try check(try Samples.render(try Samples.credentials()), against: "directory")
  }

  @Test func withoutAProxyCommandNodesAreReachedDirectly() throws {
    let node = try Samples.credentials().replacing("agent.ssh_proxy_command", with: nil)
    try check(try Samples.render(node), against: "direct")
  }

  @Test func withoutAnAnnouncedProxyTheClusterAloneIsNamed() throws {
    let node = try Samples.credentials().replacing("credentials.proxy.web_address", with: nil)
    try check(try Samples.render(node), against: "no-proxy")
  }

  @Test func otherDestinationsGetNoFileThatNamesAPath() throws {
    let node = try Samples.credentials().replacing(
      "destination", with: .object([("kind", .text("memory"))]))
    try check(try Samples.render(node), against: "memory")
  }

  @Test func withSSHConfigOffNoSSHFilesAreWritten() throws {
    let node = try Samples.credentials().replacing("credentials.clusters", with: nil)
    try check(
      try Samples.render(node, try Samples.config(sshConfig: "off")), against: "ssh-config-off")
  }
}
