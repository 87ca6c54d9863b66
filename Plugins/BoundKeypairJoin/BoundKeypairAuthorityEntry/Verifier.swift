import BoundKeypairAuthority
import BoundKeypairAuthorityManifest
import Documents
public import PluginABI
import PluginKit

/// A document of the core; absent or broken reads as null, which spec and status both refuse.
private func node(_ bytes: tenon_bytes) -> Node { (try? JSON.parse(bytes.array)) ?? .null }

/// Writes a verdict into the core's action.
private func write(
  _ verdict: Verdict, _ events: [[UInt8]], to action: UnsafeMutablePointer<tenon_verify_action>
) throws(PluginError) {
  for event in events { try action.pointee.events.put(event) }
  switch verdict {
  case .challenge(let field, let message):
    action.pointee.kind = TENON_VERIFY_CHALLENGE
    action.pointee.field = field
    try action.pointee.message.put(message)
  case .accept(let newInstance, let previousInstance, let replacedInstance):
    guard action.pointee.struct_size >= UInt32(MemoryLayout<tenon_verify_action>.size) else {
      throw PluginError(
        TENON_UNSUPPORTED, "this host confirms no joins",
        hint: "install the plugin and the host of the same release")
    }
    action.pointee.kind = TENON_VERIFY_ACCEPT
    action.pointee.flags = newInstance ? TENON_ACCEPT_NEW_INSTANCE : 0
    try action.pointee.previous_instance.put(previousInstance)
    try action.pointee.replaced_instance.put(replacedInstance)
    try action.pointee.attributes.put("{}")
  case .refuse(let refusal):
    action.pointee.kind = TENON_VERIFY_REFUSE
    action.pointee.code = refusal.code
    action.pointee.flags = refusal.locksToken ? TENON_REFUSE_LOCK_TOKEN : 0
    try action.pointee.message.put(refusal.message)
    try action.pointee.audit.put(refusal.audit)
  }
}

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func tenon_bkp_verifier_create(
  _ host: UnsafePointer<tenon_host>?, _ out: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<tenon_error>?
) -> Int32 {
  guard let host, let out else { return brokenContract("create", error) }
  out.pointee = OpaquePointer(Unmanaged.passRetained(Instance(host: Host(host))).toOpaque())
  return TENON_OK
}

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func tenon_bkp_verifier_destroy(_ verifier: OpaquePointer?) {
  guard let verifier else { return }
  Unmanaged<Instance>.fromOpaque(UnsafeRawPointer(verifier)).release()
}

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func tenon_bkp_verifier_admit(
  _ verifier: OpaquePointer?, _ spec: tenon_bytes, _ status: tenon_bytes,
  _ notes: tenon_admit_notes, _ out: tenon_sink, _ error: UnsafeMutablePointer<tenon_error>?
) -> Int32 {
  guard let verifier else { return brokenContract("admit", error) }
  let host = Unmanaged<Instance>.fromOpaque(UnsafeRawPointer(verifier)).takeUnretainedValue().host
  do {
    switch try Admission.admit(spec: node(spec), status: node(status), host: host) {
    case .admitted(let stored):
      try out.put(JSON.serialize(stored.node))
      return TENON_OK
    case .rejected(let problems):
      for problem in problems { problem.note(to: notes) }
      return PluginError(
        TENON_INVALID_CONFIG, "the token's bound_keypair section has problems",
        retry: TENON_RETRY_AFTER_CONFIG
      ).report(to: error)
    }
  } catch let failure {
    return failure.report(to: error)
  }
}

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func tenon_bkp_verifier_confirmed(
  _ verifier: OpaquePointer?, _ spec: tenon_bytes, _ status: tenon_bytes,
  _ instanceID: tenon_bytes, _ out: tenon_sink, _ error: UnsafeMutablePointer<tenon_error>?
) -> Int32 {
  do {
    let stored = try? JSON.parse(status.array)
    let next = stored.map { TokenRecord.confirming(instanceID.text, $0) }
    try out.put(next.map { JSON.serialize($0) } ?? status.array)
    return TENON_OK
  } catch let failure {
    return failure.report(to: error)
  }
}

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func tenon_bkp_verifier_begin(
  _ verifier: OpaquePointer?, _ params: UnsafePointer<tenon_verify_params>?,
  _ out: UnsafeMutablePointer<OpaquePointer?>?,
  _ action: UnsafeMutablePointer<tenon_verify_action>?,
  _ error: UnsafeMutablePointer<tenon_error>?
) -> Int32 {
  guard let verifier, let params, let out, let action else { return brokenContract("begin", error) }
  let host = Unmanaged<Instance>.fromOpaque(UnsafeRawPointer(verifier)).takeUnretainedValue().host
  let given = params.pointee
  let session = VerifySession(
    VerifySession.Request(
      tokenName: given.token_name.text, botName: given.bot_name.text, spec: node(given.spec),
      status: node(given.status),
      role: given.role.text, initMessage: given.`init`.array, instanceID: given.instance_id.text,
      lockMessage: given.lock_message.text), host: host)
  do {
    let verdict = try session.begin()
    try write(verdict, session.events, to: action)
    out.pointee = OpaquePointer(Unmanaged.passRetained(session).toOpaque())
    return TENON_OK
  } catch let failure {
    return failure.report(to: error)
  }
}

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func tenon_bkp_verifier_step(
  _ session: OpaquePointer?, _ field: UInt32, _ solution: tenon_bytes,
  _ action: UnsafeMutablePointer<tenon_verify_action>?,
  _ error: UnsafeMutablePointer<tenon_error>?
) -> Int32 {
  guard let session, let action else { return brokenContract("step", error) }
  let open = Unmanaged<VerifySession>.fromOpaque(UnsafeRawPointer(session)).takeUnretainedValue()
  do {
    let verdict = try open.step(field: field, solution: solution.array)
    try write(verdict, open.events, to: action)
    return TENON_OK
  } catch let failure {
    return failure.report(to: error)
  }
}

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func tenon_bkp_verifier_conclude(
  _ session: OpaquePointer?, _ instanceID: tenon_bytes, _ status: tenon_sink,
  _ result: tenon_sink, _ error: UnsafeMutablePointer<tenon_error>?
) -> Int32 {
  guard let session else { return brokenContract("conclude", error) }
  let open = Unmanaged<VerifySession>.fromOpaque(UnsafeRawPointer(session)).takeRetainedValue()
  do {
    let concluded = try open.conclude(instanceID: instanceID.text)
    try status.put(concluded.status)
    try result.put(concluded.result)
    return TENON_OK
  } catch let failure {
    return failure.report(to: error)
  }
}

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func tenon_bkp_verifier_abort(_ session: OpaquePointer?) {
  guard let session else { return }
  Unmanaged<VerifySession>.fromOpaque(UnsafeRawPointer(session)).release()
}

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func tenon_bkp_verifier_gave_up(
  _ session: OpaquePointer?, _ reason: UInt32, _ text: tenon_bytes,
  _ action: UnsafeMutablePointer<tenon_verify_action>?,
  _ error: UnsafeMutablePointer<tenon_error>?
) -> Int32 {
  guard let session, let action else { return brokenContract("gave_up", error) }
  let open = Unmanaged<VerifySession>.fromOpaque(UnsafeRawPointer(session)).takeUnretainedValue()
  do {
    let verdict = open.gaveUp(text: text.text)
    try write(verdict, open.events, to: action)
    return TENON_OK
  } catch let failure {
    return failure.report(to: error)
  }
}
