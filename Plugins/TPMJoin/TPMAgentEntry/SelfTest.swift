public import PluginABI
import PluginKit
import TPMAgent
import TPMAgentManifest

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func tenon_tpm_test_create(
  _ host: UnsafePointer<tenon_host>?, _ out: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<tenon_error>?
) -> Int32 {
  guard let host, let out else { return brokenContract("create", error) }
  out.pointee = OpaquePointer(retaining: SelfTest(host: Host(host)))
  return TENON_OK
}

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func tenon_tpm_test_destroy(_ test: OpaquePointer?) {
  _ = test?.take(SelfTest.self)
}

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func tenon_tpm_test_run(
  _ test: OpaquePointer?, _ check: UInt32, _ task: UnsafePointer<tenon_task>?,
  _ result: UnsafeMutablePointer<tenon_check_result>?,
  _ error: UnsafeMutablePointer<tenon_error>?
) -> Int32 {
  guard let test, let result, let check = SelfTest.Check(rawValue: check) else {
    return brokenContract("run", error)
  }
  let selfTest = test.borrow(SelfTest.self)
  return answering(error) { () throws(PluginError) in
    try selfTest.run(check, watch: Watch(task)).report(to: result)
  }
}
