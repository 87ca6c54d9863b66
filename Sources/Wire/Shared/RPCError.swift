/// The one error that leaves this module: what an operator reads, and a stable code to branch on.
///
/// Codes travel as gRPC statuses in both directions. A status this table does not know becomes
/// ``Code/unknown`` and keeps its text. Equality looks at code and fault only: texts may change.
public struct RPCError: Error, Sendable {
  /// What kind of answer this is, independent of its text.
  public enum Code: String, Sendable, CaseIterable {
    /// The thing named in the request does not exist.
    case notFound
    /// The thing to be created exists already.
    case alreadyExists
    /// The caller may not do this; most refusals of a join.
    case accessDenied
    /// The stored revision is not the one the caller saw: read again, then retry.
    case compareFailed
    /// The request is malformed or contradicts itself.
    case badParameter
    /// A time, size or rate limit was reached.
    case limitExceeded
    /// No usable connection; see ``RPCError/fault`` for where it broke. Retrying may help.
    case connectionProblem
    /// The peer does not offer this call.
    case notImplemented
    /// Anything else the peer reported.
    case unknown
  }

  /// What kind of answer this is.
  public var code: Code
  /// One sentence, lower case, no final period, never a secret.
  public var message: String
  /// Where a connection broke; only set together with ``Code/connectionProblem``.
  public var fault: ConnectionFault?

  /// Creates an error.
  public init(_ code: Code, _ message: String, fault: ConnectionFault? = nil) {
    self.code = code
    self.message = message
    self.fault = fault
  }
}

extension RPCError: Equatable {
  public static func == (left: RPCError, right: RPCError) -> Bool {
    left.code == right.code && left.fault == right.fault
  }
}

extension RPCError: CustomStringConvertible {
  public var description: String { message }
}
