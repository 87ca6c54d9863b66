import BoundKeypairMessages
import Documents
import PluginABI
import PluginKit

/// What a cluster says of its signature algorithm suite in the answer of `/webapi/find`.
enum ClusterSuite {
  /// The algorithm of a bound keypair there.
  ///
  /// - Throws: `TENON_INVALID_ARGUMENT` for an answer that is not a cluster's.
  static func keyAlgorithm(_ discovery: [UInt8]) throws(PluginError) -> String {
    boundKeyAlgorithm(suite: try name(discovery))
  }

  private static func name(_ discovery: [UInt8]) throws(PluginError) -> String {
    guard let document = try? JSON.parse(discovery), let auth = document["auth"] else {
      throw PluginError(
        TENON_INVALID_ARGUMENT, "the proxy's answer to /webapi/find is not what a cluster sends",
        hint: "check --proxy-server")
    }
    // Clusters before the suites had names send the number of the enumeration.
    if let text = auth["signature_algorithm_suite"]?.string { return text }
    switch auth["signature_algorithm_suite"]?.int64 {
    case 2: return "balanced-v1"
    case 3: return "fips-v1"
    case 4: return "hsm-v1"
    default: return "legacy"
    }
  }
}
