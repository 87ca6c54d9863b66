import BoundKeypairAgent
import BoundKeypairAgentManifest
public import PluginABI
import PluginKit

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func tenon_bkp_keypair_create(
  _ call: UnsafePointer<tenon_call>?, _ storage: UnsafePointer<CChar>?,
  _ proxyServer: UnsafePointer<CChar>?, _ overwrite: Int32, _ format: UnsafePointer<CChar>?,
  _ isStatic: Int32, _ staticKeyPath: UnsafePointer<CChar>?
) -> Int32 {
  guard let call else { return 1 }
  let invocation = CommandCall(call)
  do throws(PluginError) {
    guard let proxyServer, let format else {
      throw PluginError(
        TENON_INVALID_ARGUMENT, "the host called keypair create without its arguments",
        hint: "report this as a defect of the host")
    }
    var command = KeypairCommand()
    command.storage = storage.map { String(cString: $0) }
    command.overwrite = overwrite != 0
    command.isStatic = isStatic != 0
    command.keyPath = staticKeyPath.map { String(cString: $0) }
    if String(cString: format).utf8.elementsEqual("json".utf8) { command.format = .json }
    let output = try command.run(
      host: try invocation.host,
      discovery: { () throws(PluginError) in try invocation.find(String(cString: proxyServer)) },
      write: { path, content throws(PluginError) in
        try invocation.write(path, content, replaces: overwrite != 0)
      })
    for line in output.log { try invocation.err.put(line + "\n") }
    try invocation.out.put(output.out)
    return 0
  } catch let failure {
    return invocation.fail(failure)
  }
}
