public import PluginABI

/// What the authority's half of a join method wants of the core next (`tenon/cap/join_verifier.h`).
public enum Verdict {
  case challenge(field: UInt32, message: [UInt8])
  /// - Parameters:
  ///   - previousInstance: the instance a new one follows, empty when unknown.
  ///   - replacedInstance: the instance of the unconfirmed join this one replaces, empty without one; nil
  ///     of a method that confirms no joins.
  ///   - attributes: JSON.
  case accept(
    newInstance: Bool, previousInstance: String = "", replacedInstance: String? = nil,
    attributes: [UInt8])
  case refuse(Refusal)

  /// Writes verdict and audit events where the core looks for them.
  ///
  /// - Throws: `TENON_UNSUPPORTED` when the host is too old for a method that confirms joins, or what the
  ///   core's sinks report.
  public func write(
    _ events: [[UInt8]], to action: UnsafeMutablePointer<tenon_verify_action>
  ) throws(PluginError) {
    for event in events { try action.pointee.events.put(event) }
    switch self {
    case .challenge(let field, let message):
      action.pointee.kind = TENON_VERIFY_CHALLENGE
      action.pointee.field = field
      try action.pointee.message.put(message)
    case .accept(let newInstance, let previousInstance, let replacedInstance, let attributes):
      action.pointee.kind = TENON_VERIFY_ACCEPT
      action.pointee.flags = newInstance ? TENON_ACCEPT_NEW_INSTANCE : 0
      if let replacedInstance {
        guard action.pointee.struct_size >= UInt32(MemoryLayout<tenon_verify_action>.size) else {
          throw PluginError(
            TENON_UNSUPPORTED, "this host confirms no joins",
            hint: "install the plugin and the host of the same release")
        }
        try action.pointee.replaced_instance.put(replacedInstance)
      }
      try action.pointee.previous_instance.put(previousInstance)
      try action.pointee.attributes.put(attributes)
    case .refuse(let refusal):
      action.pointee.kind = TENON_VERIFY_REFUSE
      action.pointee.code = refusal.code
      action.pointee.flags = refusal.locksToken ? TENON_REFUSE_LOCK_TOKEN : 0
      try action.pointee.message.put(refusal.message)
      try action.pointee.audit.put(refusal.audit)
    }
  }
}
