public import PluginABI

/// Runs the body of a function of the ABI.
///
/// - Returns: `TENON_OK`, or the code of what the body threw, which the caller's object then tells.
public func answering(
  _ error: UnsafeMutablePointer<tenon_error>?, _ body: () throws(PluginError) -> Void
) -> Int32 {
  do {
    try body()
    return TENON_OK
  } catch let failure {
    return failure.report(to: error)
  }
}

/// The answer to a call that came without the pointers it must have (`tenon/base.h`).
public func brokenContract(
  _ function: String, _ error: UnsafeMutablePointer<tenon_error>?
) -> Int32 {
  PluginError(
    TENON_INVALID_ARGUMENT, "the host called " + function + " without its arguments",
    hint: "report this as a defect of the host"
  ).report(to: error)
}
