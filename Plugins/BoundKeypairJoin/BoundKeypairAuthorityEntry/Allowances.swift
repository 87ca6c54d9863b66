import BoundKeypairAuthority
import BoundKeypairAuthorityManifest
public import PluginABI
import PluginKit

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func tenon_bkp_verifier_granted(
  _ verifier: OpaquePointer?, _ spec: tenon_bytes, _ status: tenon_bytes, _ out: tenon_sink,
  _ error: UnsafeMutablePointer<tenon_error>?
) -> Int32 {
  answering(error) { () throws(PluginError) in
    try out.put(Allowances.granted(spec: spec.document, status: status.document))
  }
}
