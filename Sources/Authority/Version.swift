/// Versions this authority speaks of.
public enum Version {
  /// Of the product.
  public static let product = "0.1.0"
  /// Of the wire protocol, in the numbers of the clusters whose agents are to join here. Agents refuse
  /// servers that seem older than they are.
  static let wire = "18.2.0"
  /// The oldest agent that speaks this protocol.
  static let oldestClient = "17.0.0"
}
