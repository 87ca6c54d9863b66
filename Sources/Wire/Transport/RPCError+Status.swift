internal import GRPCCore

extension RPCError {
  /// The status code that stands for this error on the wire.
  var statusCode: Status.Code {
    switch code {
    case .notFound: .notFound
    case .alreadyExists: .alreadyExists
    case .accessDenied: .permissionDenied
    case .compareFailed: .failedPrecondition
    case .badParameter: .invalidArgument
    case .limitExceeded: .resourceExhausted
    case .connectionProblem: .unavailable
    case .notImplemented: .unimplemented
    case .unknown: .unknown
    }
  }

  /// The error a status of the peer stands for. Its text is the peer's: it is cut and loses control characters.
  init(statusCode: Int, message: String) {
    let code: Code =
      switch statusCode {
      case Status.Code.notFound.rawValue: .notFound
      case Status.Code.alreadyExists.rawValue: .alreadyExists
      case Status.Code.permissionDenied.rawValue: .accessDenied
      case Status.Code.failedPrecondition.rawValue: .compareFailed
      case Status.Code.invalidArgument.rawValue: .badParameter
      case Status.Code.resourceExhausted.rawValue: .limitExceeded
      case Status.Code.unavailable.rawValue: .connectionProblem
      case Status.Code.unimplemented.rawValue: .notImplemented
      default: .unknown
      }
    let printable = message.unicodeScalars.prefix(4096).filter {
      $0 == "\n" || $0 == "\t" || ($0.value >= 0x20 && $0.value != 0x7F)
    }
    var text = String(String.UnicodeScalarView(printable))
    if text.isEmpty { text = "the server answered with status \(statusCode) and no text" }
    self.init(code, text)
  }

  /// Keeps an error of this module, translates one of the transport.
  init(wrapping error: any Error) {
    switch error {
    case let error as RPCError: self = error
    case let error as GRPCCore.RPCError:
      self.init(statusCode: error.code.rawValue, message: error.message)
    case is CancellationError: self.init(.connectionProblem, "the call was cancelled")
    default: self.init(.unknown, "\(error)")
    }
  }
}
