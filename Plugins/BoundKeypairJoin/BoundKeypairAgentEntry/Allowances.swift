import BoundKeypairAgent
import BoundKeypairAgentManifest
public import PluginABI
import PluginKit

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func tenon_bkp_held(
  _ method: OpaquePointer?, _ out: tenon_sink, _ error: UnsafeMutablePointer<tenon_error>?
) -> Int32 {
  guard let host = method?.borrow(Instance.self).host else { return brokenContract("held", error) }
  return answering(error) { () throws(PluginError) in
    try out.put(try Allowances.held(host: host))
  }
}
