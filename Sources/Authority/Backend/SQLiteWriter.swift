import Glibc

/// The one connection of a store that writes, and the thread it is used on.
///
/// Sound to share: the connection is touched by threads of ``thread(_:)`` alone, and the store's
/// `isWriting` lets only one of them exist at a time.
final class SQLiteWriter: @unchecked Sendable {
  private let connection: SQLiteConnection

  init(_ connection: SQLiteConnection) { self.connection = connection }

  private final class Work {
    let body: () -> Void
    init(_ body: @escaping () -> Void) { self.body = body }
  }

  /// Runs `body` on a thread of its own, because an fsync must not block the cooperative pool.
  func thread(_ body: @escaping @Sendable (SQLiteConnection) -> Void) {
    let work = Work { body(self.connection) }
    let context = Unmanaged.passRetained(work).toOpaque()
    var thread = pthread_t()
    let status = pthread_create(
      &thread, nil,
      { context in
        if let context { Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body() }
        return nil
      }, context)
    if status == 0 {
      pthread_detach(thread)
    } else {
      Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body()
    }
  }
}
