import Glibc
import PluginHost

/// The sets of files of one destination, in its folder `.tenon`, which one process holds at a time.
///
/// | Entry | Is |
/// |---|---|
/// | `7` | one complete set |
/// | `7.links` | second names of its files, on their way to the plain names |
/// | `next` | link to the set that has been decided on and is taking the plain names |
/// | `current` | link to the set that has them |
struct Generations {
  /// Begins every name in a destination that is not for an output to use.
  static let box = ".tenon"
  private static let current = "current"
  private static let next = "next"

  private let destination: Folder
  private let box: Folder

  init(in destination: Folder) throws(RecordError) {
    self.destination = destination
    box = try destination.child(Self.box)
    let box = box
    let (value, number) = box.attempt(.lock, box.path) { flock(box.descriptor, LOCK_EX | LOCK_NB) }
    guard value == 0 else {
      guard number == EWOULDBLOCK else { throw DiskFailure.error("lock", box.path, number) }
      throw RecordError(
        message: "another process is writing to the destination \(destination.path)",
        hint: "give every output of every agent a destination of its own")
    }
  }

  /// Nil when nothing was ever written to this destination.
  static func existing(in destination: Folder) throws(RecordError) -> Generations? {
    guard try destination.status(box) != nil else { return nil }
    return try Generations(in: destination)
  }

  /// Completes a set that was decided on, forgets one that was not, and drops what nobody needs.
  func recover() throws(RecordError) {
    if let next = try box.target(of: Self.next) {
      if Int(next) != nil, let set = try box.existing(next) {
        var publication = try publication(of: set, named: next)
        try publication.run(older: try sets(except: next))
        try conclude()
      } else {
        try box.remove(Self.next)
      }
    }
    try clear()
  }

  /// Writes a set and gives it the plain names.
  func replaceAll(_ artifacts: [Artifact]) throws(RecordError) {
    let number = (try box.names().compactMap { Int($0) }.max() ?? 0) + 1
    let name = String(number)
    var publication: Publication
    do throws(RecordError) {
      publication = try self.publication(of: try stage(artifacts, as: name), named: name)
      try box.point(Self.next, at: name)
      try box.flush()
    } catch {
      forget(name)
      throw error
    }
    do throws(RecordError) {
      try publication.run(older: try sets(except: name))
      try conclude()
    } catch {
      // What cannot be taken back stays decided, for `recover` to complete.
      if (try? publication.reverse()) != nil { forget(name) }
      throw error
    }
    // The set has its names. What cannot be cleared now is cleared by the next one.
    try? clear()
  }

  /// Writes everything that needs room: files, their second names, and folders for the plain ones.
  private func stage(_ artifacts: [Artifact], as name: String) throws(RecordError) -> Folder {
    let set = try box.child(name)
    let links = try box.child(Self.links(of: name))
    for artifact in artifacts {
      let (folder, file) = try set.place(of: artifact.name)
      try folder.begin(file, artifact.content, shown: destination.path(of: artifact.name))
      _ = try destination.place(of: artifact.name)
    }
    for artifact in artifacts {
      let shown = destination.path(of: artifact.name)
      let (folder, file) = try set.place(of: artifact.name)
      try folder.harden(file, shown: shown)
      try folder.duplicate(file, into: links.place(of: artifact.name).folder, shown: shown)
    }
    for tree in [set, links] {
      for inner in try tree.names() where try tree.isFolder(inner) {
        try tree.existing(inner)?.flush()
      }
      try tree.flush()
    }
    try box.flush()
    return set
  }

  /// Takes back what was staged. If the decision cannot be taken back durably, everything stays for
  /// `recover`, which then completes it.
  private func forget(_ name: String) {
    do throws(RecordError) {
      try box.remove(Self.next)
      try box.flush()
      try box.removeTree(Self.links(of: name))
      try box.removeTree(name)
    } catch {}
  }

  private func publication(of set: Folder, named name: String) throws(RecordError) -> Publication {
    Publication(set, links: try box.child(Self.links(of: name)), into: destination)
  }

  private func sets(except name: String) throws(RecordError) -> [Folder] {
    var sets: [Folder] = []
    for other in try box.names() where Int(other) != nil && other != name {
      if let set = try box.existing(other) { sets.append(set) }
    }
    return sets
  }

  private func conclude() throws(RecordError) {
    try box.rename(Self.next, to: box, Self.current)
    // Not durable yet, it reads as decided and published, which ends in the same set.
    try? box.flush()
  }

  /// Leaves the current set and the one before it, which readers may still be going through.
  private func clear() throws(RecordError) {
    let kept = try box.target(of: Self.current)
    let number = kept.flatMap { Int($0) }
    let names = try box.names()
    let before = names.compactMap { Int($0) }.filter { $0 < number ?? 0 }.max()
    let wanted = [Self.current, kept, before.map { String($0) }]
    for name in names where !wanted.contains(name) { try box.removeTree(name) }
  }

  private static func links(of name: String) -> String { "\(name).links" }
}
