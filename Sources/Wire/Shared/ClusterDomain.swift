/// Names by which TLS finds the right cluster behind a shared port.
public enum ClusterDomain {
  /// The name of any cluster's API, used while the cluster is not known yet.
  public static let api = "teleport.cluster.local"

  /// The name of one cluster's API: lowercase hex of the UTF-8 cluster name, a dot, and ``api``.
  public static func encoded(_ cluster: String) -> String {
    let digits = Array("0123456789abcdef")
    var label = ""
    for byte in cluster.utf8 {
      label.append(digits[Int(byte >> 4)])
      label.append(digits[Int(byte & 15)])
    }
    return "\(label).\(api)"
  }

  /// The cluster an encoded name stands for.
  ///
  /// - Returns: nil for ``api`` itself and for names of other domains.
  /// - Throws: `accessDenied` when the name ends in ``api`` but its label is no hex of UTF-8 text.
  public static func decoded(_ serverName: String) throws(RPCError) -> String? {
    let suffix = ".\(api)"
    guard serverName.hasSuffix(suffix) else { return nil }
    let label = Array(serverName.utf8.dropLast(suffix.utf8.count))
    var bytes: [UInt8] = []
    var index = 0
    while index + 1 < label.count, let high = nibble(label[index]),
      let low = nibble(label[index + 1])
    {
      bytes.append(high << 4 | low)
      index += 2
    }
    guard index == label.count, !bytes.isEmpty, let name = String(validating: bytes, as: UTF8.self)
    else {
      throw RPCError(.accessDenied, "\"\(serverName)\" does not encode a cluster name")
    }
    return name
  }

  private static func nibble(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    default: nil
    }
  }
}
