import BoundKeypairAgent
import BoundKeypairAgentManifest
public import PluginABI
import PluginKit

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func tenon_bkp_held(
  _ method: OpaquePointer?, _ out: tenon_sink, _ error: UnsafeMutablePointer<tenon_error>?
) -> Int32 {
  guard let method else { return brokenContract("held", error) }
  let host = Unmanaged<Instance>.fromOpaque(UnsafeRawPointer(method)).takeUnretainedValue().host
  do {
    try out.put(try Allowances.held(host: host))
    return TENON_OK
  } catch let failure {
    return failure.report(to: error)
  }
}
