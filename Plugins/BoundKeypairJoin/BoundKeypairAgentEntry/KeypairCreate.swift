import BoundKeypairAgent
import BoundKeypairAgentManifest
public import PluginABI
import PluginKit

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func tenon_bkp_keypair_create(
  _ call: UnsafePointer<tenon_call>?, _ storage: UnsafePointer<CChar>?,
  _ proxyServer: UnsafePointer<CChar>?, _ overwrite: Int32, _ format: UnsafePointer<CChar>?,
  _ isStatic: Int32
) -> Int32 {
  guard let call, let host = call.pointee.host, let proxyServer, let format else { return 1 }
  var command = KeypairCommand()
  command.storage = storage.map { String(cString: $0) }
  command.overwrite = overwrite != 0
  command.isStatic = isStatic != 0
  if String(cString: format).utf8.elementsEqual("json".utf8) { command.format = .json }
  do {
    let output = try command.run(host: Host(host)) { () throws(PluginError) in
      try discovery(call, String(cString: proxyServer))
    }
    for line in output.log { try call.pointee.err.put(line + "\n") }
    try call.pointee.out.put(output.out)
    return 0
  } catch let failure {
    failure.report(to: call.pointee.error)
    return 1
  }
}

private func discovery(
  _ call: UnsafePointer<tenon_call>, _ address: String
) throws(PluginError) -> [UInt8] {
  var answer: [UInt8] = []
  var error = tenon_error()
  error.struct_size = UInt32(MemoryLayout<tenon_error>.size)
  let bytes = [UInt8](address.utf8)
  let code = withUnsafeMutablePointer(to: &answer) { target in
    let sink = tenon_sink(ctx: target) { context, chunk, count in
      guard let context, count == 0 || chunk != nil else { return TENON_INVALID_ARGUMENT }
      context.assumingMemoryBound(to: [UInt8].self).pointee
        .append(contentsOf: UnsafeBufferPointer(start: chunk, count: count))
      return TENON_OK
    }
    return bytes.withUnsafeBufferPointer {
      call.pointee.find(
        call, tenon_bytes(ptr: $0.baseAddress, len: $0.count), sink, &error)
    }
  }
  guard code == TENON_OK else { throw PluginError(code, from: error) }
  return answer
}
