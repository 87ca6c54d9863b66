import BoundKeypairAgent
import BoundKeypairAgentManifest
public import PluginABI
import PluginKit

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func tenon_bkp_create(
  _ host: UnsafePointer<tenon_host>?, _ out: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<tenon_error>?
) -> Int32 {
  guard let host, let out else { return brokenContract("create", error) }
  out.pointee = OpaquePointer(Unmanaged.passRetained(Instance(host: Host(host))).toOpaque())
  return TENON_OK
}

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func tenon_bkp_destroy(_ method: OpaquePointer?) {
  guard let method else { return }
  Unmanaged<Instance>.fromOpaque(UnsafeRawPointer(method)).release()
}

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func tenon_bkp_begin(
  _ method: OpaquePointer?, _ params: UnsafePointer<tenon_join_params>?,
  _ task: UnsafePointer<tenon_task>?, _ out: UnsafeMutablePointer<OpaquePointer?>?,
  _ sink: tenon_sink, _ error: UnsafeMutablePointer<tenon_error>?
) -> Int32 {
  guard let method, let params, let out else { return brokenContract("begin", error) }
  let instance = Unmanaged<Instance>.fromOpaque(UnsafeRawPointer(method)).takeUnretainedValue()
  do {
    let (session, message) = try JoinSession.begin(
      host: instance.host, suite: params.pointee.suite.text)
    try sink.put(message)
    out.pointee = OpaquePointer(Unmanaged.passRetained(session).toOpaque())
    return TENON_OK
  } catch let failure {
    return failure.report(to: error)
  }
}

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func tenon_bkp_step(
  _ session: OpaquePointer?, _ field: UInt32, _ message: tenon_bytes,
  _ task: UnsafePointer<tenon_task>?, _ outField: UnsafeMutablePointer<UInt32>?,
  _ solution: tenon_sink, _ error: UnsafeMutablePointer<tenon_error>?
) -> Int32 {
  guard let session, let outField else { return brokenContract("step", error) }
  do {
    let answer = try Unmanaged<JoinSession>.fromOpaque(UnsafeRawPointer(session))
      .takeUnretainedValue().step(field: field, message: message.array)
    try solution.put(answer.solution)
    outField.pointee = answer.field
    return TENON_OK
  } catch let failure {
    return failure.report(to: error)
  }
}

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func tenon_bkp_finish(
  _ session: OpaquePointer?, _ result: tenon_bytes, _ task: UnsafePointer<tenon_task>?,
  _ error: UnsafeMutablePointer<tenon_error>?
) -> Int32 {
  guard let session else { return brokenContract("finish", error) }
  do {
    try Unmanaged<JoinSession>.fromOpaque(UnsafeRawPointer(session)).takeRetainedValue()
      .finish(result.array)
    return TENON_OK
  } catch let failure {
    return failure.report(to: error)
  }
}

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func tenon_bkp_abort(_ session: OpaquePointer?) {
  guard let session else { return }
  Unmanaged<JoinSession>.fromOpaque(UnsafeRawPointer(session)).release()
}
