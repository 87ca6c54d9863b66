public import PluginABI

/// One join on the authority's side. What conforms gets the functions of `tenon/cap/join_verifier.h`
/// that drive a session, so that a plugin's own are one line each.
public protocol JoinVerification: AnyObject {
  /// Audit events since the last call, one JSON object each.
  var events: [[UInt8]] { get }

  /// What to do first.
  func begin() throws(PluginError) -> Verdict
  /// The client's `ChallengeSolution.<field>`.
  func step(field: UInt32, solution: [UInt8]) throws(PluginError) -> Verdict
  /// The client sent a reason in place of an answer.
  func gaveUp(text: String) -> Verdict
  /// The status to commit and the fields to add to the bot result.
  func conclude(instanceID: String) throws(PluginError) -> (status: [UInt8], result: [UInt8])
}

extension JoinVerification {
  /// `begin`: a handle only when the session has begun.
  public func begin(
    _ out: UnsafeMutablePointer<OpaquePointer?>,
    _ action: UnsafeMutablePointer<tenon_verify_action>, _ error: UnsafeMutablePointer<tenon_error>?
  ) -> Int32 {
    answering(error) { () throws(PluginError) in
      let verdict = try begin()
      try verdict.write(events, to: action)
      out.pointee = OpaquePointer(retaining: self)
    }
  }

  /// `step` of the session behind the handle.
  public static func step(
    _ session: OpaquePointer?, _ field: UInt32, _ solution: tenon_bytes,
    _ action: UnsafeMutablePointer<tenon_verify_action>?,
    _ error: UnsafeMutablePointer<tenon_error>?
  ) -> Int32 {
    guard let session, let action else { return brokenContract("step", error) }
    let open = session.borrow(Self.self)
    return answering(error) { () throws(PluginError) in
      let verdict = try open.step(field: field, solution: solution.array)
      try verdict.write(open.events, to: action)
    }
  }

  /// `gave_up` of the session behind the handle.
  public static func gaveUp(
    _ session: OpaquePointer?, _ text: tenon_bytes,
    _ action: UnsafeMutablePointer<tenon_verify_action>?,
    _ error: UnsafeMutablePointer<tenon_error>?
  ) -> Int32 {
    guard let session, let action else { return brokenContract("gave_up", error) }
    let open = session.borrow(Self.self)
    return answering(error) { () throws(PluginError) in
      let verdict = open.gaveUp(text: text.text)
      try verdict.write(open.events, to: action)
    }
  }

  /// `conclude`, which ends the session behind the handle.
  public static func conclude(
    _ session: OpaquePointer?, _ instanceID: tenon_bytes, _ status: tenon_sink,
    _ result: tenon_sink, _ error: UnsafeMutablePointer<tenon_error>?
  ) -> Int32 {
    guard let session else { return brokenContract("conclude", error) }
    let open = session.take(Self.self)
    return answering(error) { () throws(PluginError) in
      let concluded = try open.conclude(instanceID: instanceID.text)
      try status.put(concluded.status)
      try result.put(concluded.result)
    }
  }

  /// `abort`, which ends the session behind the handle.
  public static func abort(_ session: OpaquePointer?) { _ = session?.take(Self.self) }
}
