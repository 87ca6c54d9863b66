/// Where tests make the disk fail: asked before every call that could.
///
/// A verdict that is not 0 is the `errno` the call fails with, without being made. Answering so from one
/// call on, for ever, looks to the disk like the death of the process at that call.
struct FaultPoint: Sendable {
  var verdict: @Sendable (_ call: DiskCall, _ path: String) -> Int32

  static let none = FaultPoint { _, _ in 0 }
}

/// The calls a folder makes.
enum DiskCall: String, Sendable {
  case open, make, mode, examine, list, read, write, flush, lock, rename, exchange, link, remove
}
