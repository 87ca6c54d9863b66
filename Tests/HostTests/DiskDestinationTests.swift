import Foundation
import PluginHost
import Testing

@testable import Host

@Suite("A destination folder")
struct DiskDestinationTests {
  static func artifacts(_ set: [String: String]) -> [Artifact] {
    set.sorted { $0.key < $1.key }.map {
      Artifact(name: $0.key, content: Array($0.value.utf8), isSecret: true)
    }
  }

  /// The plain files of a destination and what they hold.
  static func plain(_ scratch: Scratch, _ folder: String) -> [String: String] {
    var found: [String: String] = [:]
    for name in scratch.everything(in: folder) where !name.hasPrefix(".tenon") {
      if let text = scratch.text("\(folder)/\(name)") { found[name] = text }
    }
    return found
  }

  static let old = ["a": "old a", "b": "old b", "gone": "old gone", "sub/c": "old c"]
  static let new = ["a": "new a", "added": "new added", "b": "new b", "sub/c": "new c"]

  @Test("holds plain files that only their owner may read, and whatever else was there")
  func writes() throws {
    let scratch = try Scratch()
    let destination = DirectoryDestination(path: scratch.path("p/out"))
    try destination.check()
    #expect(scratch.everything(in: "p/out").isEmpty)
    try scratch.write("p/out/foreign", "kept")
    try destination.writeAll(Self.artifacts(Self.old))
    try destination.writeAll(Self.artifacts(Self.new))
    #expect(
      Self.plain(scratch, "p/out") == Self.new.merging(["foreign": "kept"]) { first, _ in first })
    for name in scratch.everything(in: "p/out") where name != "foreign" {
      let kind = try FileManager.default.attributesOfItem(atPath: scratch.path("p/out/\(name)"))
      switch kind[.type] as? FileAttributeType {
      case .typeDirectory: #expect(try scratch.mode("p/out/\(name)") == 0o700)
      case .typeRegular: #expect(try scratch.mode("p/out/\(name)") == 0o600)
      default: #expect(name == ".tenon/current")
      }
    }
  }

  @Test("keeps no more than the set before the last")
  func bounded() throws {
    let scratch = try Scratch()
    let destination = DirectoryDestination(path: scratch.path("out"))
    for number in 1...5 { try destination.writeAll(Self.artifacts(["a": "\(number)"])) }
    #expect(
      scratch.everything(in: "out")
        == [".tenon", ".tenon/4", ".tenon/4/a", ".tenon/5", ".tenon/5/a", ".tenon/current", "a"])
  }

  @Test("removes a file that is no longer rendered, unless somebody else has replaced it")
  func withdraws() throws {
    let scratch = try Scratch()
    let destination = DirectoryDestination(path: scratch.path("out"))
    try destination.writeAll(Self.artifacts(["a": "1", "mine": "1", "theirs": "1"]))
    try scratch.write("theirs", "foreign")
    try FileManager.default.removeItem(atPath: scratch.path("out/theirs"))
    try scratch.write("out/theirs", "foreign")
    try destination.writeAll(Self.artifacts(["a": "2"]))
    #expect(Self.plain(scratch, "out") == ["a": "2", "theirs": "foreign"])
  }

  @Test("never writes through a symbolic link, but replaces it")
  func replacesLinks() throws {
    let scratch = try Scratch()
    try FileManager.default.createDirectory(
      atPath: scratch.path("out"), withIntermediateDirectories: false)
    try scratch.write("victim", "untouched")
    try FileManager.default.createSymbolicLink(
      atPath: scratch.path("out/a"), withDestinationPath: "../victim")
    try DirectoryDestination(path: scratch.path("out")).writeAll(Self.artifacts(Self.new))
    #expect(scratch.text("victim") == "untouched")
    #expect(Self.plain(scratch, "out") == Self.new)
  }

  @Test("refuses what stands where a file or folder of the set belongs", arguments: ["a", "sub"])
  func refusesObstacles(name: String) throws {
    let scratch = try Scratch()
    let destination = DirectoryDestination(path: scratch.path("out"))
    try destination.writeAll(Self.artifacts(["z": "old"]))
    let place = scratch.path("out/\(name)")
    if name == "a" {
      try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false)
    } else {
      try FileManager.default.createSymbolicLink(atPath: place, withDestinationPath: "..")
    }
    let error = #expect(throws: RecordError.self) {
      try destination.writeAll(Self.artifacts(Self.new))
    }
    #expect(try #require(error).message.contains(place))
    #expect(scratch.text("out/z") == "old" && scratch.text("out/b") == nil)
    #expect(scratch.text("c") == nil)
  }

  @Test("refuses a path through a symbolic link, unless links are to be followed")
  func linkedPath() throws {
    let scratch = try Scratch()
    try FileManager.default.createDirectory(
      atPath: scratch.path("real"), withIntermediateDirectories: false)
    try FileManager.default.createSymbolicLink(
      atPath: scratch.path("link"), withDestinationPath: "real")
    for symlinks in [SymlinkPolicy.secure, .trySecure] {
      let error = #expect(throws: RecordError.self) {
        try DirectoryDestination(path: scratch.path("link/out"), symlinks: symlinks).check()
      }
      let text = try #require(error).description
      #expect(text.contains("\(scratch.path("link")): it is a symbolic link"))
      #expect(text.contains("name the folder it points at"))
    }
    #expect(scratch.everything(in: "real").isEmpty)
    try DirectoryDestination(path: scratch.path("link/out"), symlinks: .insecure)
      .writeAll(Self.artifacts(["a": "1"]))
    #expect(scratch.text("real/out/a") == "1")
  }

  @Test("is refused in secure mode when others may write to it")
  func othersMayWrite() throws {
    let scratch = try Scratch()
    let path = scratch.path("out")
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    #expect(chmod(path, 0o770) == 0)
    try DirectoryDestination(path: path, symlinks: .trySecure).check()
    let error = #expect(throws: RecordError.self) {
      try DirectoryDestination(path: path, symlinks: .secure).check()
    }
    #expect(try #require(error).hint == "take that away: chmod go-w \(path)")
  }

  @Test(
    "refuses names that would leave it or that are its own",
    arguments: ["../a", "/a", "a/b/c", "", ".", "..", ".tenon", ".tenon/current", "a//b", "a/"])
  func refusesNames(name: String) throws {
    let scratch = try Scratch()
    #expect(throws: RecordError.self) {
      try DirectoryDestination(path: scratch.path("out")).writeAll(Self.artifacts([name: "x"]))
    }
    #expect(scratch.everything(in: ".").isEmpty)
  }

  @Test("is written by one process at a time")
  func oneWriter() throws {
    let scratch = try Scratch()
    let destination = DirectoryDestination(path: scratch.path("out"))
    let other = try Generations(
      in: Folder.open(scratch.path("out"), symlinks: .secure, demandsTrust: true))
    let error = #expect(throws: RecordError.self) {
      try destination.writeAll(Self.artifacts(Self.new))
    }
    #expect(try #require(error).message.hasPrefix("another process is writing"))
    try other.recover()
  }
}
