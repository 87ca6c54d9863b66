import Daemon
import Glibc
import PluginHost
import Synchronization

/// The storage of a plugin's command. It is opened, and so made and locked, no earlier than needed: a
/// command that fails before it writes leaves nothing behind.
final class CommandStorage: RecordStorage {
  private let destination: DestinationSpec
  private let opened = Mutex<(any RecordStorage)?>(nil)

  init(_ destination: DestinationSpec) { self.destination = destination }

  func get(_ name: String) throws(RecordError) -> [UInt8]? {
    if case .directory(let path, _) = destination, opened.withLock({ $0 == nil }),
      access(Program.absolute(path), F_OK) != 0, errno == ENOENT
    {
      return nil
    }
    return try storage().get(name)
  }

  func putAll(_ changes: [RecordChange]) throws(RecordError) { try storage().putAll(changes) }

  private func storage() throws(RecordError) -> any RecordStorage {
    try opened.withLock { opened throws(RecordError) in
      if let opened { return opened }
      do throws(AgentFailure) {
        let storage = try AgentParts.open(storage: destination)
        opened = storage
        return storage
      } catch {
        throw RecordError(message: error.message, hint: error.hint)
      }
    }
  }
}
