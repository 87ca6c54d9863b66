/// Where the way to a server ended, so that callers can choose the next attempt without reading texts.
public enum ConnectionFault: String, Sendable, CaseIterable {
  /// The host name has no address.
  case unresolved
  /// The address answered that nothing listens there, or no route leads to it.
  case refused
  /// The time limit passed before the connection was usable.
  case timedOut
  /// The server's certificate does not lead to a trusted authority.
  case untrusted
  /// The server's certificate is trusted but made out to another name.
  case wrongName
  /// The server's certificate is past its end or before its begin.
  case outsideValidity
  /// The server refused the certificate (or the lack of one) of this client.
  case rejectedByServer
  /// The server does not speak TLS, or not the protocol asked for.
  case wrongProtocol
  /// The server sent what the protocol does not allow. Asking again brings the same.
  case brokenProtocol
  /// The connection was open and broke.
  case closed
}
