import BoundKeypairOperator
import BoundKeypairOperatorManifest
public import PluginABI
import PluginKit

private func run(
  _ call: UnsafePointer<tenon_call>?, _ token: UnsafePointer<CChar>?, _ command: TokenCommand
) -> Int32 {
  guard let call else { return 1 }
  let invocation = CommandCall(call)
  do throws(PluginError) {
    guard let token else {
      throw PluginError(
        TENON_INVALID_ARGUMENT, "the host called a command without its arguments",
        hint: "report this as a defect of the host")
    }
    let answer = try command.run(String(cString: token), host: try invocation.host)
    try invocation.err.put(answer.note)
    try invocation.out.put(answer.text)
    return 0
  } catch let failure {
    return invocation.fail(failure)
  }
}

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func tenon_bkp_request_rotation(
  _ call: UnsafePointer<tenon_call>?, _ token: UnsafePointer<CChar>?
) -> Int32 {
  run(call, token, .requestRotation)
}

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func tenon_bkp_recover(
  _ call: UnsafePointer<tenon_call>?, _ token: UnsafePointer<CChar>?,
  _ publicKey: UnsafePointer<CChar>?
) -> Int32 {
  run(call, token, .recover(publicKey: publicKey.map { String(cString: $0) }))
}

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func tenon_bkp_unbind(
  _ call: UnsafePointer<tenon_call>?, _ token: UnsafePointer<CChar>?
) -> Int32 {
  run(call, token, .unbind)
}

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func tenon_bkp_set(
  _ call: UnsafePointer<tenon_call>?, _ token: UnsafePointer<CChar>?,
  _ mode: UnsafePointer<CChar>?, _ limit: Int64
) -> Int32 {
  run(
    call, token,
    .set(mode: mode.map { String(cString: $0) }, limit: limit < 0 ? nil : limit))
}
