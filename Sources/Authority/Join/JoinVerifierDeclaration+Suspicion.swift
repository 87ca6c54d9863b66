import PluginHost

extension JoinVerifierDeclaration {
  /// What two machines with one identity mean, and what to run: the end of a sentence for the client, the
  /// audit log and the lock.
  func suspicion(token: String) -> String {
    let remedy =
      recovery.map { "`tctl \($0) \(token)`" }
      ?? "`tctl lock ls`, then `tctl lock rm` with the lock's name"
    return
      "either the storage was copied or restored from a backup; if you restored it: \(remedy); "
      + "if not, somebody has a copy: keep this lock and give the right machine a token of another "
      + "name"
  }
}
