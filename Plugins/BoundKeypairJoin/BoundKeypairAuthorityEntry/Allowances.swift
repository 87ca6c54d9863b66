import BoundKeypairAuthority
import BoundKeypairAuthorityManifest
import Documents
public import PluginABI
import PluginKit

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func tenon_bkp_verifier_granted(
  _ verifier: OpaquePointer?, _ spec: tenon_bytes, _ status: tenon_bytes, _ out: tenon_sink,
  _ error: UnsafeMutablePointer<tenon_error>?
) -> Int32 {
  do {
    // A document of the core; a broken one reads as null, which grants nothing.
    let spec = (try? JSON.parse(spec.array)) ?? .null
    let status = (try? JSON.parse(status.array)) ?? .null
    try out.put(Allowances.granted(spec: spec, status: status))
    return TENON_OK
  } catch let failure {
    return failure.report(to: error)
  }
}
