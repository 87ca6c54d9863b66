internal import NIOCore
internal import NIOPosix

/// Network threads of the process, started on first use and never stopped.
enum Loops {
  /// One thread is plenty for an agent: its calls are few and its cryptography runs elsewhere.
  static let client: any EventLoopGroup = MultiThreadedEventLoopGroup(numberOfThreads: 1)
  /// One thread per core: a server's handshakes run here.
  static let server: any EventLoopGroup = MultiThreadedEventLoopGroup(
    numberOfThreads: System.coreCount)
}
