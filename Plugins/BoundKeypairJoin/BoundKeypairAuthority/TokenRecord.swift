public import Documents
import PluginKit

/// `status.bound_keypair` of a token: what the authority remembers between joins.
///
/// Nothing acknowledges the result of a join. So the newest one keeps its predecessor beside it until the
/// client has shown that the result arrived; until then a client that stands on the predecessor is as good.
public struct TokenRecord {
  public var newest: TokenStatus
  /// Nil once the newest join is confirmed.
  public var predecessor: TokenStatus?

  init(newest: TokenStatus, predecessor: TokenStatus?) {
    self.newest = newest
    self.predecessor = predecessor
  }

  /// Reads a status, also one an operator restored by hand, and notes what does not make sense in it.
  init(_ node: Node, _ problems: inout [SpecProblem]) {
    let fields = Fields(node: node, path: "status.")
    newest = TokenStatus(fields, &problems)
    if node.members == nil {
      problems.append(SpecProblem(path: "status", message: "must be a map"))
    }
    fields.known(TokenStatus.keys + ["predecessor"], &problems)
    guard let before = fields.map("predecessor", &problems) else { return }
    if newest.boundPublicKey.isEmpty {
      fields.note(
        "predecessor", "makes no sense without bound_public_key; remove it", &problems)
    }
    predecessor = TokenStatus(before, &problems)
    before.known(TokenStatus.keys, &problems)
  }

  /// The JSON object that `get` shows.
  public var node: Node {
    var members = newest.members
    if let predecessor { members.append(("predecessor", .object(predecessor.members))) }
    return .object(members)
  }

  /// The status after the first use of certificates of an instance.
  ///
  /// - Parameter status: as it is stored.
  /// - Returns: `status` itself unless its newest join is one of that instance and unconfirmed.
  public static func confirming(_ instanceID: String, _ status: Node) -> Node {
    var problems: [SpecProblem] = []
    var record = TokenRecord(status, &problems)
    guard problems.isEmpty, record.predecessor != nil,
      record.newest.boundBotInstanceID.sameBytes(as: instanceID)
    else { return status }
    record.predecessor = nil
    return record.node
  }
}
