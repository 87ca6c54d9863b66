/// What goes into the certificate of an SSH server.
public struct SSHHostCertificate: Sendable {
  /// UUID of the host; empty for a certificate that is asked for by principals alone.
  public var hostID: String
  /// The cluster the host belongs to.
  public var clusterName: String
  /// Short name of the node; used with a host ID only.
  public var nodeName: String
  /// Names beside those that follow from the host ID.
  public var principals: [String]
  /// System role such as `Node`; empty to leave it out.
  public var role: String
  /// The first second of validity.
  public var notBefore: UnixSeconds
  /// The end of validity; nil for none.
  public var notAfter: UnixSeconds?

  /// A request for a host certificate.
  public init(
    hostID: String = "", clusterName: String, nodeName: String = "", principals: [String] = [],
    role: String = "Node", notBefore: UnixSeconds, notAfter: UnixSeconds?
  ) {
    self.hostID = hostID
    self.clusterName = clusterName
    self.nodeName = nodeName
    self.principals = principals
    self.role = role
    self.notBefore = notBefore
    self.notAfter = notAfter
  }

  /// The certificate for the host authority to sign.
  public var content: SSHCertificateContent {
    var names: [String] = []
    if !hostID.isEmpty {
      names = ["\(hostID).\(clusterName)", hostID]
      if !nodeName.isEmpty { names += ["\(nodeName).\(clusterName)", nodeName] }
      names += ["localhost", "127.0.0.1", "::1"]
    }
    for name in principals where !names.contains(name) {
      names.append(name)
    }
    var extensions = ["x-teleport-authority": clusterName]
    if !role.isEmpty { extensions["x-teleport-role"] = role }
    return SSHCertificateContent(
      kind: .host, keyID: hostID, principals: names, validAfter: UInt64(clamping: notBefore),
      validBefore: notAfter.map { UInt64(clamping: $0) } ?? SSHCertificateContent.forever,
      extensions: extensions)
  }
}
