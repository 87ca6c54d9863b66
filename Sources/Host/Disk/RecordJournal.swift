import Documents
import Glibc
import PluginHost

/// Changes the records of a storage, several of them as one.
///
/// New contents wait under temporary names, durable, until the file `.tenon-journal` says which of them
/// becomes which record. From that rename on the changes are decided: whoever is killed or fails before
/// they are all made leaves the journal to be carried out by the next call, or by the next process
/// (docs/decisions/0004-records-change-together.md).
struct RecordJournal: Sendable {
  /// What waits under a temporary name becomes a record; without one the record goes.
  private struct Step {
    var record: String
    var staged: String?
  }

  static let name = ".tenon-journal"
  private static let maxBytes = 1 << 20

  private let folder: Folder
  /// Whether a decision may be on the disk that has not been carried out, or a change that is not durable.
  private var isOpen = true

  /// Carries out or forgets what an earlier process left. Only for who holds the storage's lock, and
  /// before anybody sweeps temporary files away.
  init(in folder: Folder) throws(RecordError) {
    self.folder = folder
    try settle()
  }

  /// Carries out a decision that is on the disk, so that what is read afterwards is durable. What cannot be
  /// read as a decision never was one.
  mutating func settle() throws(RecordError) {
    guard isOpen else { return }
    if let bytes = try folder.read(Self.name, limit: Self.maxBytes) {
      if let steps = Self.steps(of: bytes) { try carryOut(steps) }
      try folder.remove(Self.name)
    }
    // Without a journal, too: taking it back may be what could not be flushed.
    try folder.flush()
    isOpen = false
  }

  /// Makes all changes durable, or none.
  ///
  /// - Throws: when nothing was changed, or, after a fault between decision and end, when the changes
  ///   wait for the next call to complete them.
  mutating func apply(_ changes: [RecordChange]) throws(RecordError) {
    try settle()
    try checkPlaces(changes)
    let steps = try stage(changes)
    guard steps.count > 1 else {
      do throws(RecordError) {
        return try carryOut(steps)
      } catch {
        isOpen = true
        forget(steps)
        throw error
      }
    }
    try decide(steps)
    try carryOut(steps)
    // The records are as they should be; a journal that stays is empty of consequences.
    if (try? folder.remove(Self.name)) != nil, (try? folder.flush()) != nil { isOpen = false }
  }

  /// What would make a rename fail is found while nothing has been decided yet.
  private func checkPlaces(_ changes: [RecordChange]) throws(RecordError) {
    for change in changes where try folder.isFolder(change.name) {
      throw DiskFailure.error("write", folder.path(of: change.name), EISDIR)
    }
  }

  /// Writes everything that needs room.
  private func stage(_ changes: [RecordChange]) throws(RecordError) -> [Step] {
    var steps: [Step] = []
    do throws(RecordError) {
      for change in changes {
        guard let value = change.value else {
          steps.append(Step(record: change.name, staged: nil))
          continue
        }
        let temporary = Folder.temporaryName()
        try folder.begin(temporary, value, shown: folder.path(of: change.name))
        steps.append(Step(record: change.name, staged: temporary))
      }
      for step in steps {
        guard let staged = step.staged else { continue }
        try folder.harden(staged, shown: folder.path(of: step.record))
      }
      return steps
    } catch {
      forget(steps)
      throw error
    }
  }

  private mutating func decide(_ steps: [Step]) throws(RecordError) {
    do throws(RecordError) {
      // The names of what waits are durable before anything relies on them.
      try folder.flush()
    } catch {
      forget(steps)
      throw error
    }
    isOpen = true
    do throws(RecordError) {
      try folder.replace(Self.name, Self.bytes(of: steps))
      try folder.flush()
    } catch {
      // Taken back durably, or else it stays for `settle`.
      guard (try? folder.remove(Self.name)) != nil, (try? folder.flush()) != nil else {
        throw error
      }
      isOpen = false
      forget(steps)
      throw error
    }
  }

  /// May be repeated from any point, also by another process.
  private func carryOut(_ steps: [Step]) throws(RecordError) {
    for step in steps {
      guard let staged = step.staged else {
        try folder.remove(step.record)
        continue
      }
      if try folder.status(staged) != nil {
        try folder.rename(staged, to: folder, step.record)
      }
    }
    try folder.flush()
  }

  private func forget(_ steps: [Step]) {
    for step in steps {
      if let staged = step.staged { try? folder.remove(staged) }
    }
  }

  // MARK: the file

  private static func bytes(of steps: [Step]) -> [UInt8] {
    JSON.serialize(
      .object([
        (
          "changes",
          .array(
            steps.map { step in
              .object(
                [("record", .text(step.record))]
                  + (step.staged.map { [("staged", .text($0))] } ?? []))
            })
        )
      ]))
  }

  /// Nil for anything that `bytes` does not write.
  private static func steps(of bytes: [UInt8]) -> [Step]? {
    guard let list = (try? JSON.parse(bytes))?["changes"]?.list else { return nil }
    var steps: [Step] = []
    for node in list {
      guard let record = node["record"]?.string, RecordName.isLegal(record) else { return nil }
      guard let member = node["staged"] else {
        steps.append(Step(record: record, staged: nil))
        continue
      }
      guard let staged = member.string, staged.hasPrefix(Folder.temporaryPrefix),
        !staged.utf8.contains(0x2F), !staged.utf8.contains(0)
      else { return nil }
      steps.append(Step(record: record, staged: staged))
    }
    return steps
  }
}
