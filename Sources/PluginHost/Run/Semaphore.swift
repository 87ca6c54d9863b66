import Glibc

/// A POSIX semaphore; waiting blocks a thread of our own, never one of the cooperative pool.
///
/// Sound to share: the only mutable state is a `sem_t`, which POSIX makes safe for concurrent use, at
/// an address that is allocated once and freed after the last reference has gone.
final class Semaphore: @unchecked Sendable {
  private let raw: UnsafeMutablePointer<sem_t>

  init() {
    raw = .allocate(capacity: 1)
    sem_init(raw, 0, 0)
  }

  deinit {
    sem_destroy(raw)
    raw.deallocate()
  }

  func signal() { sem_post(raw) }

  func wait() {
    while sem_wait(raw) != 0 && errno == EINTR {}
  }
}
