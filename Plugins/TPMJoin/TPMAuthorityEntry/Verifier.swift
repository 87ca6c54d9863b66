import Documents
public import PluginABI
import PluginKit
import TPMAuthority
import TPMAuthorityManifest

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func tenon_tpm_verifier_create(
  _ host: UnsafePointer<tenon_host>?, _ out: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<tenon_error>?
) -> Int32 {
  Instance.create(host, out, error)
}

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func tenon_tpm_verifier_destroy(_ verifier: OpaquePointer?) {
  Instance.destroy(verifier)
}

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func tenon_tpm_verifier_admit(
  _ verifier: OpaquePointer?, _ spec: tenon_bytes, _ status: tenon_bytes,
  _ notes: tenon_admit_notes, _ out: tenon_sink, _ error: UnsafeMutablePointer<tenon_error>?
) -> Int32 {
  guard let host = verifier?.borrow(Instance.self).host else {
    return brokenContract("admit", error)
  }
  return answering(error) { () throws(PluginError) in
    switch try Admission.admit(spec: spec.document, status: status.document, host: host) {
    case .admitted(let stored): try out.put(JSON.serialize(stored))
    case .rejected(let problems):
      for problem in problems { problem.note(to: notes) }
      throw PluginError(
        TENON_INVALID_CONFIG, "the token's tpm section has problems",
        retry: TENON_RETRY_AFTER_CONFIG)
    }
  }
}

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func tenon_tpm_verifier_begin(
  _ verifier: OpaquePointer?, _ params: UnsafePointer<tenon_verify_params>?,
  _ out: UnsafeMutablePointer<OpaquePointer?>?,
  _ action: UnsafeMutablePointer<tenon_verify_action>?,
  _ error: UnsafeMutablePointer<tenon_error>?
) -> Int32 {
  guard let verifier, let given = params?.pointee, let out, let action else {
    return brokenContract("begin", error)
  }
  let request = VerifySession.Request(
    botName: given.bot_name.text, spec: given.spec.document, status: given.status.array,
    initMessage: given.`init`.array, instanceID: given.instance_id.text,
    lockMessage: given.lock_message.text)
  return VerifySession(request, host: verifier.borrow(Instance.self).host)
    .begin(out, action, error)
}

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func tenon_tpm_verifier_step(
  _ session: OpaquePointer?, _ field: UInt32, _ solution: tenon_bytes,
  _ action: UnsafeMutablePointer<tenon_verify_action>?,
  _ error: UnsafeMutablePointer<tenon_error>?
) -> Int32 {
  VerifySession.step(session, field, solution, action, error)
}

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func tenon_tpm_verifier_conclude(
  _ session: OpaquePointer?, _ instanceID: tenon_bytes, _ status: tenon_sink,
  _ result: tenon_sink, _ error: UnsafeMutablePointer<tenon_error>?
) -> Int32 {
  VerifySession.conclude(session, instanceID, status, result, error)
}

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func tenon_tpm_verifier_abort(_ session: OpaquePointer?) {
  VerifySession.abort(session)
}

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func tenon_tpm_verifier_gave_up(
  _ session: OpaquePointer?, _ reason: UInt32, _ text: tenon_bytes,
  _ action: UnsafeMutablePointer<tenon_verify_action>?,
  _ error: UnsafeMutablePointer<tenon_error>?
) -> Int32 {
  VerifySession.gaveUp(session, text, action, error)
}
