public import PluginABI
import PluginKit
import TPMAgent
import TPMAgentManifest

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func tenon_tpm_identify(
  _ call: UnsafePointer<tenon_call>?, _ format: UnsafePointer<CChar>?, _ debug: Int32,
  _ token: UnsafePointer<CChar>?, _ bot: UnsafePointer<CChar>?,
  _ testAddress: UnsafePointer<CChar>?
) -> Int32 {
  guard let call, let host = call.pointee.host, let format, let token, let bot else { return 1 }
  do {
    let text = try IdentifyCommand.run(
      host: Host(host), format: wanted(String(cString: format)), debug: debug != 0,
      names: .init(token: String(cString: token), bot: String(cString: bot)),
      testAddress: testAddress.map { String(cString: $0) }, watch: Watch(call.pointee.task))
    try call.pointee.out.put(text)
    return 0
  } catch let failure {
    failure.report(to: call.pointee.error)
    return 1
  }
}

private func wanted(_ format: String) -> IdentifyCommand.Format {
  if format.utf8.elementsEqual("json".utf8) { return .json }
  if format.utf8.elementsEqual("token".utf8) { return .token }
  return .text
}
