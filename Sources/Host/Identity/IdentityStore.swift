import Credentials
import PluginHost

/// The agent's own identity in its storage, in the files every agent of this protocol uses.
struct IdentityStore: Sendable {
  let storage: any RecordStorage

  /// What the storage holds.
  enum Content: Sendable {
    /// Nothing, or parts that never were a whole.
    case none
    case identity(StoredIdentity)
    /// Something that cannot be read as an identity; the text says why.
    case unusable(String)
  }

  func load() throws(AgentFailure) -> Content {
    var files: [String: [UInt8]] = [:]
    do {
      for file in IdentityFile.allCases { files[file.rawValue] = try storage.get(file.rawValue) }
    } catch {
      throw AgentFailure(error)
    }
    if files.isEmpty { return .none }
    do {
      return .identity(try StoredIdentity(files: files))
    } catch {
      return error.code == .missing ? .none : .unusable(error.description)
    }
  }

  /// Makes an identity durable, together with what the join method wants to remember of its join.
  func save(_ identity: StoredIdentity, with changes: [RecordChange]) throws(AgentFailure) {
    var changes = changes
    for (file, content) in identity.files {
      changes.append(RecordChange(name: file.rawValue, value: content))
    }
    if identity.tokenHash == nil {
      changes.append(RecordChange(name: IdentityFile.tokenHash.rawValue, value: nil))
    }
    do {
      try storage.putAll(changes)
    } catch {
      throw AgentFailure(error)
    }
  }
}
