public import Credentials

/// How one authority runs.
public struct AuthorityOptions: Sendable {
  public var dataDirectory: String
  public var clusterName: String
  /// `host:port` to bind.
  public var listen: String
  /// `host:port` under which agents reach it; nil means `listen`.
  public var publicAddress: String?
  public var adminSocket: String
  public var suite: SignatureSuite
  public var pluginDirectory: String
  /// PEM files of the operator's own web certificate and its key.
  public var webCertificate: (chain: String, key: String)?
  /// `host:port` to answer questions about the authority at; nil for nowhere.
  public var metricsAddress: String?

  public init(
    dataDirectory: String, clusterName: String, listen: String, publicAddress: String? = nil,
    adminSocket: String, suite: SignatureSuite = .balancedV1, pluginDirectory: String,
    webCertificate: (chain: String, key: String)? = nil, metricsAddress: String? = nil
  ) {
    self.dataDirectory = dataDirectory
    self.clusterName = clusterName
    self.listen = listen
    self.publicAddress = publicAddress
    self.adminSocket = adminSocket
    self.suite = suite
    self.pluginDirectory = pluginDirectory
    self.webCertificate = webCertificate
    self.metricsAddress = metricsAddress
  }
}
