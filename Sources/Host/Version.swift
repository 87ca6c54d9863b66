/// Versions this agent speaks of.
public enum Version {
  /// Of the product.
  public static let product = "0.1.0"
  /// Of the wire protocol, in the numbers of the clusters this agent can join.
  static let wire = "18.2.0"
}
