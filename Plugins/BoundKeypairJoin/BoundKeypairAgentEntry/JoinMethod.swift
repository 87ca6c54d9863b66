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
  Instance.create(host, out, error)
}

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func tenon_bkp_destroy(_ method: OpaquePointer?) {
  Instance.destroy(method)
}

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func tenon_bkp_begin(
  _ method: OpaquePointer?, _ params: UnsafePointer<tenon_join_params>?,
  _ task: UnsafePointer<tenon_task>?, _ out: UnsafeMutablePointer<OpaquePointer?>?,
  _ sink: tenon_sink, _ error: UnsafeMutablePointer<tenon_error>?
) -> Int32 {
  guard let method, let params, let out else { return brokenContract("begin", error) }
  let host = method.borrow(Instance.self).host
  return answering(error) { () throws(PluginError) in
    let (session, message) = try JoinSession.begin(
      host: host, suite: params.pointee.suite.text, token: params.pointee.token_name.text)
    try sink.put(message)
    out.pointee = OpaquePointer(retaining: session)
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
  let open = session.borrow(JoinSession.self)
  return answering(error) { () throws(PluginError) in
    let answer = try open.step(field: field, message: message.array)
    try solution.put(answer.solution)
    outField.pointee = answer.field
  }
}

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func tenon_bkp_finish(
  _ session: OpaquePointer?, _ result: tenon_bytes, _ task: UnsafePointer<tenon_task>?,
  _ error: UnsafeMutablePointer<tenon_error>?
) -> Int32 {
  guard let session else { return brokenContract("finish", error) }
  let open = session.take(JoinSession.self)
  return answering(error) { () throws(PluginError) in try open.finish(result.array) }
}

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func tenon_bkp_abort(_ session: OpaquePointer?) {
  _ = session?.take(JoinSession.self)
}
