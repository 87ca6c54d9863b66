// sources: Sources/Wire/Fields/*.swift Sources/Wire/Shared/RPCError.swift Sources/Wire/Shared/ConnectionFault.swift

/// Any bytes as a join message of either side: refused, or taken apart into what can be put together again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: count))
  if let request = accepted(bytes, JoinEnvelope.request) {
    precondition(accepted(JoinEnvelope.encode(request), JoinEnvelope.request) == request)
  }
  if let response = accepted(bytes, JoinEnvelope.response) {
    precondition(accepted(JoinEnvelope.encode(response), JoinEnvelope.response) == response)
  }
  return 0
}

private func accepted<Message>(_ bytes: [UInt8], _ parse: ([UInt8]) throws(RPCError) -> Message)
  -> Message?
{
  do throws(RPCError) {
    return try parse(bytes)
  } catch {
    precondition(error.code == .badParameter || error.code == .limitExceeded)
    precondition(!error.message.isEmpty)
    return nil
  }
}
