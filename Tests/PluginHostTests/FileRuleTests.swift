import Foundation
import Testing

@testable import PluginHost

/// The same faultless plugin, in places and states in which no host may load it.
@Suite struct FileRuleTests {
  private let zoo: Zoo
  private let good: String

  init() throws {
    zoo = try Zoo()
    good = try zoo.build("good")
  }

  private func expect(
    _ path: String, _ check: String, _ reason: String, policy: LoadPolicy? = nil
  ) throws {
    let refusal = try #require(zoo.refusal(path: path, policy: policy))
    #expect(refusal.check == check)
    #expect(refusal.reason == reason)
    #expect(!refusal.remedy.isEmpty)
  }

  @Test(arguments: [(0o757, "0757"), (0o775, "0775")])
  func aFileOthersMayWriteIsRefused(_ mode: Int, _ shown: String) throws {
    try zoo.chmod(good, mode)
    try expect(
      good, "file-mode", "can be written by its group or by others (mode \(shown))")
  }

  @Test(arguments: [(0o770, "0770"), (0o1777, "01777")])
  func aFolderOthersMayWriteIsRefused(_ mode: Int, _ shown: String) throws {
    try zoo.chmod(zoo.directory, mode)
    try expect(
      good, "file-parent",
      "lies below \(zoo.directory), which others can change (owner \(getuid()), mode \(shown))")
  }

  @Test func aSharedFolderFurtherUpIsPassable() throws {
    #expect(zoo.directory.hasPrefix("/tmp/"))
    #expect(zoo.refusal(path: good) == nil)
  }

  @Test func aFolderBehindALinkIsJudgedWhereItLies() throws {
    let open = zoo.path("open")
    let inner = zoo.path("open/inner")
    try FileManager.default.createDirectory(
      atPath: inner, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    try FileManager.default.copyItem(atPath: good, toPath: inner + "/good.so")
    try FileManager.default.createSymbolicLink(
      atPath: zoo.path("link"), withDestinationPath: "open/./inner/../inner")
    #expect(zoo.refusal(path: zoo.path("link/good.so")) == nil)
    try zoo.chmod(open, 0o777)
    try expect(
      zoo.path("link/good.so"), "file-parent",
      "lies below \(open), which others can change (owner \(getuid()), mode 0777)")
  }

  @Test func linksThatLeadInCirclesAreRefused() throws {
    try FileManager.default.createSymbolicLink(
      atPath: zoo.path("one"), withDestinationPath: zoo.path("two"))
    try FileManager.default.createSymbolicLink(
      atPath: zoo.path("two"), withDestinationPath: zoo.path("one"))
    let refusal = try #require(zoo.refusal(path: zoo.path("one/good.so")))
    #expect(refusal.check == "file-parent")
    #expect(refusal.reason.hasSuffix("which leads nowhere"))
  }

  @Test func aSymbolicLinkIsRefused() throws {
    let link = zoo.path("link.so")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: good)
    try expect(link, "file-open", "is a symbolic link")
  }

  @Test func aFolderNamedLikeAPluginIsRefused() throws {
    let folder = zoo.path("folder.so")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    try expect(folder, "file-kind", "is not a regular file")
  }

  @Test func aPipeIsRefusedWithoutWaitingForItsWriter() throws {
    let pipe = zoo.path("pipe.so")
    #expect(mkfifo(pipe, 0o600) == 0)
    try expect(pipe, "file-kind", "is not a regular file")
  }

  @Test func aFileThatIsNotThereIsRefused() throws {
    try expect(
      zoo.path("absent.so"), "file-open", "cannot be opened: No such file or directory")
  }

  @Test(arguments: ["plugins/good.so", "./good.so", ""])
  func aRelativePathIsRefused(_ path: String) throws {
    try expect(path, "file-path", "is not an absolute path to a file")
  }

  @Test func aFileOfAnotherUserIsRefused() throws {
    // A policy that trusts nobody makes every owner a stranger, for root's tests too.
    var policy = zoo.policy
    policy.trustedOwners = []
    var list = CheckList(path: good)
    _ = CatalogEntry.examine(path: good, policy: policy, &list)
    let row = try #require(list.rows.first { $0.check == "file-owner" })
    #expect(row.sentence == "is owned by user \(getuid())")
    #expect(row.outcome == .failed)
    #expect(list.refusal?.check == "file-parent")
  }

  @Test func aFileThatMatchesItsPinIsLoaded() throws {
    let digest = try CatalogEntry(path: good, policy: zoo.policy).file.sha256
    let pinned = LoadPolicy(user: getuid(), pins: ["good.so": digest], requiresPins: true)
    #expect(zoo.refusal(path: good, policy: pinned) == nil)
  }

  @Test func aFileThatDoesNotMatchItsPinIsRefused() throws {
    let digest = try CatalogEntry(path: good, policy: zoo.policy).file.sha256
    let pin = String(repeating: "0", count: 64)
    try expect(
      good, "file-pin", "has SHA-256 \(digest), which is not its pin",
      policy: LoadPolicy(user: getuid(), pins: ["good.so": pin]))
  }

  @Test func aFileWithoutAPinIsRefusedWherePinsAreRequired() throws {
    try expect(
      good, "file-pin", "has no pin although plugins.require_pins is set",
      policy: LoadPolicy(user: getuid(), requiresPins: true))
  }

  @Test(arguments: [
    (0, "is not an ELF file"), (63, "is not an ELF file"),
    (100, "has program headers outside the file"), (1000, "has a segment outside the file"),
  ])
  func aTruncatedFileIsRefused(_ length: Int, _ reason: String) throws {
    let bytes = try Data(contentsOf: URL(fileURLWithPath: good)).prefix(length)
    try bytes.write(to: URL(fileURLWithPath: zoo.path("short.so")))
    try zoo.chmod(zoo.path("short.so"), 0o755)
    try expect(zoo.path("short.so"), "file-elf", reason)
  }

  @Test(arguments: [
    (4, 1, "is not 64-bit little-endian"), (5, 2, "is not 64-bit little-endian"),
    (16, 2, "is not a shared object"), (18, 40, "was built for another processor"),
  ])
  func aFileForAnotherMachineIsRefused(_ at: Int, _ value: UInt8, _ reason: String) throws {
    var bytes = try Data(contentsOf: URL(fileURLWithPath: good))
    bytes[at] = value
    try bytes.write(to: URL(fileURLWithPath: zoo.path("other.so")))
    try zoo.chmod(zoo.path("other.so"), 0o755)
    try expect(zoo.path("other.so"), "file-elf", reason)
  }
}
