internal import Glibc
internal import NIOCore
internal import NIOPosix

/// Explains why no TCP connection came about.
enum DialFault {
  static func describe(_ error: any Error, dialling address: ServerAddress, within limit: Duration)
    -> RPCError
  {
    if let error = error as? NIOConnectionError {
      if let last = error.connectionErrors.last?.error {
        return describe(last, dialling: address, within: limit)
      }
      return RPCError(
        .connectionProblem,
        "the host name \"\(address.host)\" cannot be resolved; check the address and the name service",
        fault: .unresolved)
    }
    if case .connectTimeout? = error as? ChannelError {
      return RPCError(
        .connectionProblem, "\(address) did not answer within \(limit.inWords)", fault: .timedOut)
    }
    if let error = error as? IOError, error.errnoCode == ECONNREFUSED {
      return RPCError(
        .connectionProblem,
        "nothing listens at \(address) (connection refused); check the address and that the server runs",
        fault: .refused)
    }
    let reason = (error as? IOError).map { errnoText($0.errnoCode) } ?? "\(error)"
    return RPCError(
      .connectionProblem,
      "cannot connect to \(address): \(reason); check the address and the network", fault: .refused)
  }

  /// The system's words for an error number, lower case.
  static func errnoText(_ code: CInt) -> String {
    guard let text = strerror(code) else { return "error \(code)" }
    return String(cString: text).lowercased()
  }
}
