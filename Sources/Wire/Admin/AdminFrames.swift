internal import NIOCore

/// Cuts an admin connection's bytes into messages: four bytes of length, big endian, then the message.
struct AdminFrameDecoder: ByteToMessageDecoder {
  typealias InboundOut = [UInt8]

  /// Longest message in either direction.
  static let maxBytes = 4 * 1024 * 1024

  mutating func decode(context: ChannelHandlerContext, buffer: inout ByteBuffer) throws
    -> DecodingState
  {
    guard let count = buffer.getInteger(at: buffer.readerIndex, as: UInt32.self) else {
      return .needMoreData
    }
    guard count <= Self.maxBytes else {
      throw RPCError(.limitExceeded, "an admin message is longer than \(Self.maxBytes) bytes")
    }
    guard buffer.readableBytes >= 4 + Int(count) else { return .needMoreData }
    buffer.moveReaderIndex(forwardBy: 4)
    guard let message = buffer.readBytes(length: Int(count)) else { return .needMoreData }
    context.fireChannelRead(wrapInboundOut(message))
    return .continue
  }

  /// An unfinished message at the end of a connection is dropped.
  mutating func decodeLast(
    context: ChannelHandlerContext, buffer: inout ByteBuffer, seenEOF: Bool
  ) throws -> DecodingState {
    while try decode(context: context, buffer: &buffer) == .continue {}
    return .needMoreData
  }

  /// The bytes of one message.
  static func frame(_ message: [UInt8]) -> ByteBuffer {
    var buffer = ByteBuffer()
    buffer.writeInteger(UInt32(message.count))
    buffer.writeBytes(message)
    return buffer
  }
}
