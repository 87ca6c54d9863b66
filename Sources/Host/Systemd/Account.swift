import Glibc

/// A user of the machine.
struct Account: Sendable, Equatable {
  var uid: uid_t
  /// The primary group first.
  var groups: [gid_t]
}
