public import PluginABI

/// One problem of a token's spec or status: a dotted path and what is wrong there.
public struct SpecProblem {
  public var path: String
  public var message: String

  public init(path: String, message: String) {
    self.path = path
    self.message = message
  }

  /// Hands the problem to the core (`tenon/cap/join_verifier.h`).
  public func note(to notes: tenon_admit_notes) {
    lend([UInt8](path.utf8)) { path in
      lend([UInt8](message.utf8)) { message in
        notes.note?(notes.ctx, tenon_admit_note(path: path, message: message))
      }
    }
  }
}
