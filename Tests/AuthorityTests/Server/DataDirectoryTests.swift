import Foundation
import Testing

@testable import Authority

/// The folder that holds everything.
@Suite struct DataDirectoryTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  private func refusal(_ name: String) throws -> String {
    let error = #expect(throws: StartupError.self) { _ = try DataDirectory(folder.file(name)) }
    return error?.description ?? ""
  }

  @Test func itIsMadeForItsOwnerAlone() throws {
    let data = try DataDirectory(folder.file("data"))
    #expect(try folder.mode("data") == 0o700)
    #expect(try folder.mode("data/lock") == 0o600)
    #expect(data.file("x") == folder.file("data/x"))
  }

  @Test func oneProcessHoldsItAtATime() throws {
    do {
      let first = try DataDirectory(folder.file("data"))
      #expect(
        try refusal("data") == "another tenond uses the data directory \(first.path); stop it, or "
          + "give this one another --data-dir")
    }
    _ = try DataDirectory(folder.file("data"))
  }

  @Test(arguments: [0o777, 0o770, 0o720, 0o702])
  func aFolderThatOthersMayWriteToIsRefused(_ mode: Int) throws {
    try FileManager.default.createDirectory(
      atPath: folder.file("data"), withIntermediateDirectories: false)
    try FileManager.default.setAttributes(
      [.posixPermissions: mode], ofItemAtPath: folder.file("data"))
    let text = try refusal("data")
    #expect(text.contains("belongs to somebody else, or others may write to it"))
    #expect(text.hasSuffix("and `chmod 0700 \(folder.file("data"))`"))
  }

  @Test(.enabled(if: geteuid() == 0, "needs root to give a folder away"))
  func aFolderOfSomebodyElseIsRefused() throws {
    try FileManager.default.createDirectory(
      atPath: folder.file("data"), withIntermediateDirectories: false,
      attributes: [.posixPermissions: 0o700])
    #expect(chown(folder.file("data"), 65534, 65534) == 0)
    #expect(try refusal("data").contains("run `chown 0 \(folder.file("data"))`"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("data")).isEmpty)
  }

  @Test func aFolderThatOthersMayOnlyReadIsTaken() throws {
    try FileManager.default.createDirectory(
      atPath: folder.file("data"), withIntermediateDirectories: false,
      attributes: [.posixPermissions: 0o755])
    _ = try DataDirectory(folder.file("data"))
    #expect(try folder.mode("data/lock") == 0o600)
  }

  @Test func whatIsNoFolderIsNamed() throws {
    try Data().write(to: URL(fileURLWithPath: folder.file("file")))
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("link"), withDestinationPath: folder.path)
    for name in ["file", "link"] {
      #expect(
        try refusal(name)
          == "the data directory \(folder.file(name)) is no directory; name another with --data-dir"
      )
    }
    #expect(
      try refusal("missing/data").hasPrefix(
        "cannot make the data directory \(folder.file("missing/data")): No such file"))
  }

  @Test func aLockThatIsALinkIsNotFollowed() throws {
    try FileManager.default.createDirectory(
      atPath: folder.file("data"), withIntermediateDirectories: false,
      attributes: [.posixPermissions: 0o700])
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("data/lock"), withDestinationPath: folder.file("elsewhere"))
    #expect(try refusal("data").hasPrefix("cannot write to the data directory"))
    #expect(!FileManager.default.fileExists(atPath: folder.file("elsewhere")))
  }
}
