import Dispatch
import Foundation
import PluginHost
import Synchronization
import Testing

@testable import Host

/// What programs see that read while the agent writes.
@Suite("A reader of a destination")
struct DiskReaderTests {
  static let names = (0..<12).map { "file\($0)" }
  static let sets = 60

  /// What readers on other threads saw.
  final class Sights: Sendable {
    struct Counts {
      var isDone = false
      var whole = 0
      var mixed = 0
      var torn = 0
      var missing = 0
      var backwards = 0
      var newest = [Int](repeating: 0, count: DiskReaderTests.names.count)
    }
    let counts = Mutex(Counts())
  }

  enum Sight: Equatable {
    case absent, torn
    case set(Int)
  }

  private func artifacts(_ number: Int) -> [Artifact] {
    Self.names.map { name in
      // Longer than a page, and a different length each time: a torn file would show.
      let text = String(repeating: "set \(number)\n", count: 500 + number)
      return Artifact(name: name, content: Array(text.utf8), isSecret: true)
    }
  }

  private static func look(_ folder: Int32, _ name: String) -> Sight {
    let file = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
    guard file >= 0 else { return .absent }
    let handle = FileHandle(fileDescriptor: file, closeOnDealloc: true)
    let data = (try? handle.readToEnd()) ?? Data()
    let lines = String(decoding: data, as: UTF8.self).split(separator: "\n")
    guard let number = lines.first.flatMap({ Int($0.dropFirst(4)) }), lines.count == 500 + number,
      Set(lines).count == 1
    else { return .torn }
    return .set(number)
  }

  /// Runs `pass` over and over on two threads while all sets are written, and once more after.
  private func whileWriting(
    _ path: String, pass: @escaping @Sendable (Sights) -> Void
  ) throws -> Sights {
    let destination = DirectoryDestination(path: path)
    try destination.writeAll(artifacts(0))
    let sights = Sights()
    let readers = DispatchGroup()
    for _ in 0..<2 {
      DispatchQueue.global().async(group: readers) {
        while !sights.counts.withLock({ $0.isDone }) { pass(sights) }
        pass(sights)
      }
    }
    defer {
      sights.counts.withLock { $0.isDone = true }
      readers.wait()
    }
    for number in 1...Self.sets { try destination.writeAll(artifacts(number)) }
    return sights
  }

  @Test("who opens .tenon/current once never sees files of two sets")
  func wholeSets() throws {
    let scratch = try Scratch()
    let path = scratch.path("out")
    let sights = try whileWriting(path) { sights in
      let folder = open("\(path)/.tenon/current", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      defer { close(folder) }
      let seen = Self.names.map { Self.look(folder, $0) }
      sights.counts.withLock { counts in
        // A reader slower than two sets finds files gone and starts again.
        if seen.contains(.absent) {
          counts.missing += 1
        } else if seen.contains(.torn) {
          counts.torn += 1
        } else if seen.allSatisfy({ $0 == seen[0] }) {
          counts.whole += 1
        } else {
          counts.mixed += 1
        }
      }
    }
    let counts = sights.counts.withLock { $0 }
    #expect(counts.mixed == 0 && counts.torn == 0)
    #expect(counts.whole > 1)
  }

  @Test("by plain names finds each file there, whole, and never an older one than before")
  func plainNames() throws {
    let scratch = try Scratch()
    let path = scratch.path("out")
    let sights = try whileWriting(path) { sights in
      let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      defer { close(folder) }
      for (index, name) in Self.names.enumerated() {
        let newest = sights.counts.withLock { $0.newest[index] }
        let seen = Self.look(folder, name)
        sights.counts.withLock { counts in
          switch seen {
          case .absent: counts.missing += 1
          case .torn: counts.torn += 1
          case .set(let number):
            if number < newest { counts.backwards += 1 }
            counts.newest[index] = max(counts.newest[index], number)
          }
        }
      }
    }
    let counts = sights.counts.withLock { $0 }
    #expect(counts.missing == 0 && counts.torn == 0 && counts.backwards == 0)
    #expect(counts.newest[0] > 0)
  }

  @Test("who holds the folder open, or has it mounted elsewhere, sees every set that follows")
  func heldOpen() throws {
    let scratch = try Scratch()
    let path = scratch.path("out")
    let destination = DirectoryDestination(path: path)
    try destination.writeAll(artifacts(0))
    let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    defer { close(folder) }
    for number in 1...3 {
      try destination.writeAll(artifacts(number))
      #expect(Self.names.allSatisfy { Self.look(folder, $0) == .set(number) })
    }
  }
}
