import PluginHost
import Synchronization

/// The storage as a join method sees it. While a join is being finished its writes are held back, so
/// that the host can make them durable together with the identity they belong to.
final class StagedStorage: RecordStorage {
  private struct State {
    /// Nil once closed.
    var storage: (any RecordStorage)?
    /// Nil while writes go through.
    var held: [RecordChange]?
  }

  private let state: Mutex<State>

  init(_ storage: any RecordStorage) { state = Mutex(State(storage: storage)) }

  func get(_ name: String) throws(RecordError) -> [UInt8]? {
    let (change, storage) = state.withLock { state in
      (state.held?.last { $0.name == name }, state.storage)
    }
    if let change { return change.value.flatMap { $0.isEmpty ? nil : $0 } }
    return try open(storage).get(name)
  }

  func putAll(_ changes: [RecordChange]) throws(RecordError) {
    let (isHeld, storage) = state.withLock { state in
      guard state.held != nil else { return (false, state.storage) }
      state.held?.append(contentsOf: changes)
      return (true, state.storage)
    }
    if !isHeld { try open(storage).putAll(changes) }
  }

  /// From now on writes are kept in memory.
  func hold() { state.withLock { $0.held = [] } }

  /// Gives the writes held back, in order, and ends the holding.
  func release() -> [RecordChange] {
    state.withLock { state in
      defer { state.held = nil }
      return state.held ?? []
    }
  }

  /// Lets go of the storage, and so of its lock, whoever still has this object.
  func close() {
    state.withLock { state in
      state.storage = nil
      state.held = nil
    }
  }

  private func open(_ storage: (any RecordStorage)?) throws(RecordError) -> any RecordStorage {
    guard let storage else { throw RecordError(message: "the agent has ended") }
    return storage
  }
}
