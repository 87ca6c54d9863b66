public import PluginABI

/// What `create` of a capability gives out when there is nothing to keep but the host.
public final class Instance {
  public let host: Host

  public init(host: Host) { self.host = host }
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
