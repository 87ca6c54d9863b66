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
  out.pointee = OpaquePointer(Unmanaged.passRetained(SelfTest(host: Host(host))).toOpaque())
  return TENON_OK
}

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func tenon_tpm_test_destroy(_ test: OpaquePointer?) {
  guard let test else { return }
  Unmanaged<SelfTest>.fromOpaque(UnsafeRawPointer(test)).release()
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
  do {
    let answer = try Unmanaged<SelfTest>.fromOpaque(UnsafeRawPointer(test)).takeUnretainedValue()
      .run(check, watch: Watch(task))
    try answer.report(to: result)
    return TENON_OK
  } catch let failure {
    return failure.report(to: error)
  }
}
