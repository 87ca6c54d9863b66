import Credentials
import Documents

/// What an output asks for: the document its `plan` gives (docs/abi/output-documents.md).
struct OutputPlan: Sendable, Equatable {
  struct Request: Sendable, Equatable {
    /// Under which the answer appears.
    var id: String
    var kind: Kind
  }

  enum Kind: Sendable, Equatable {
    case userCertificate(purpose: KeyPurpose, isReissuable: Bool, cluster: String?)
    case authorities(type: String)
    case clusters
    case discovery
  }

  var requests: [Request]

  static let maxBytes = 64 << 10

  /// - Throws: a sentence about the plugin's defect, or about a plan for a newer agent.
  init(_ bytes: [UInt8]) throws(AgentFailure) {
    let root: Node
    do {
      root = try JSON.parse(bytes)
    } catch {
      throw Self.defect("is no JSON document: \(error.message)")
    }
    try Self.check(root, known: ["requests"], in: "the plan")
    guard let list = root["requests"]?.list, (1...32).contains(list.count) else {
      throw Self.defect("must hold 1 to 32 requests")
    }
    requests = []
    for node in list {
      let request = try Self.request(node)
      guard !requests.contains(where: { $0.id == request.id }) else {
        throw Self.defect("has two requests with the id \(request.id.excerpt)")
      }
      requests.append(request)
    }
  }

  private static func request(_ node: Node) throws(AgentFailure) -> Request {
    guard let id = node["id"]?.string, (1...32).contains(id.utf8.count),
      id.utf8.allSatisfy({
        ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2D
      })
    else { throw defect("has a request without a proper id") }
    let place = "the request \(id)"
    switch node["kind"]?.string {
    case "user-certificate":
      try check(node, known: ["id", "kind", "key", "reissuable", "cluster"], in: place)
      return Request(id: id, kind: try userCertificate(node, place))
    case "ca-bundle":
      try check(node, known: ["id", "kind", "type"], in: place)
      guard let type = node["type"]?.string, !type.isEmpty else {
        throw defect("has no type in \(place)")
      }
      return Request(id: id, kind: .authorities(type: type))
    case "clusters":
      try check(node, known: ["id", "kind"], in: place)
      return Request(id: id, kind: .clusters)
    case "discovery":
      try check(node, known: ["id", "kind"], in: place)
      return Request(id: id, kind: .discovery)
    default: throw newer("the kind of \(place)")
    }
  }

  private static func userCertificate(
    _ node: Node, _ place: String
  ) throws(AgentFailure) -> Kind {
    let purpose: KeyPurpose
    switch node["key"].map({ $0.string ?? "" }) {
    case "impersonated", nil: purpose = .impersonatedIdentity
    case "database-client": purpose = .databaseClient
    default: throw newer("a key purpose of \(place)")
    }
    if let flag = node["reissuable"], flag.bool == nil {
      throw defect("has a reissuable that is no boolean in \(place)")
    }
    if let cluster = node["cluster"], cluster.string?.isEmpty ?? true {
      throw defect("has a cluster that is no name in \(place)")
    }
    return .userCertificate(
      purpose: purpose, isReissuable: node["reissuable"]?.bool ?? false,
      cluster: node["cluster"]?.string)
  }

  private static func check(
    _ node: Node, known: [String], in place: String
  ) throws(AgentFailure) {
    guard let members = node.members else { throw defect("has \(place) that is no map") }
    for member in members where !known.contains(member.key) {
      throw newer("the key \(member.key.excerpt) of \(place)")
    }
  }

  private static func defect(_ what: String) -> AgentFailure {
    AgentFailure(
      "the plan of the output \(what)",
      hint: "this is a defect of the plugin, report it to its author", .local)
  }

  private static func newer(_ what: String) -> AgentFailure {
    AgentFailure(
      "this agent does not know \(what)", hint: "install a newer agent or an older plugin", .local)
  }
}
