internal import SwiftProtobuf

/// Decodes a message of a known type from hostile bytes. Unknown fields are dropped by the types that do not keep them.
///
/// - Throws: `badParameter` that names `what`.
func decode<M: SwiftProtobuf.Message>(_ type: M.Type, _ bytes: [UInt8], _ what: String)
  throws(RPCError) -> M
{
  var options = BinaryDecodingOptions()
  options.messageDepthLimit = 16
  options.discardUnknownFields = true
  do {
    return try M(serializedBytes: bytes, options: options)
  } catch {
    throw RPCError(.badParameter, "the \(what) cannot be decoded")
  }
}

/// Encodes a message. Fails only for a message over 2 GiB.
func serialize(_ message: some SwiftProtobuf.Message) throws(RPCError) -> [UInt8] {
  do {
    return try message.serializedBytes()
  } catch {
    throw RPCError(.limitExceeded, "a message is too large to be encoded")
  }
}
