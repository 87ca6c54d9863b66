import Documents

/// Reads single fields of a credentials document and names them in every complaint.
struct CredentialsFields {
  let root: Node

  init(_ bytes: [UInt8]) throws(OutputFailure) {
    do {
      root = try JSON.parse(bytes)
    } catch {
      throw .credentials("the credentials document is malformed: ", error.description)
    }
  }

  /// The answer to the request with that id.
  func answer(_ id: String) throws(OutputFailure) -> Node {
    guard let node = root["credentials"]?[id], node.members != nil else {
      throw .credentials("credentials.", id, " is missing")
    }
    return node
  }

  func text(_ node: Node, _ key: String, of path: String) throws(OutputFailure) -> String {
    guard let text = node[key]?.string, !text.isEmpty else {
      throw .credentials(path, ".", key, " is missing")
    }
    return text
  }

  /// A word that is safe in a shell command as it stands.
  func word(_ node: Node, _ key: String, of path: String) throws(OutputFailure) -> String {
    let text = try text(node, key, of: path)
    guard ClusterName.isValid(text) else {
      throw .credentials(path, ".", key, " is ", text.excerpt, ", which is no plain word")
    }
    return text
  }

  func directory() throws(OutputFailure) -> String? {
    guard let destination = root["destination"] else {
      throw .credentials("destination is missing")
    }
    guard try text(destination, "kind", of: "destination").sameBytes(as: "directory") else {
      return nil
    }
    var path = [UInt8](try text(destination, "path", of: "destination").utf8)
    guard path.first == 0x2F else { throw .credentials("destination.path is not absolute") }
    while path.count > 1, path.last == 0x2F { path.removeLast() }
    return String(decoding: path, as: UTF8.self)
  }

  func certificate(_ id: String) throws(OutputFailure) -> UserCertificate {
    let node = try answer(id)
    let path = concat("credentials.", id)
    let certificate = try sshLine(node, "ssh_certificate", of: path)
    guard certificate.isCertificate else {
      throw .credentials(
        path, ".ssh_certificate is a ", certificate.type.excerpt, ", no certificate")
    }
    return UserCertificate(
      privateKey: try pem(node, "private_key", of: path, accepts: isPrivateKey),
      sshPublicKey: try sshLine(node, "ssh_public_key", of: path).text + "\n",
      sshCertificate: certificate.text + "\n",
      tlsCertificate: try pem(node, "tls_certificate", of: path, accepts: isCertificate))
  }

  func authorities(_ id: String) throws(OutputFailure) -> [Authority] {
    guard let nodes = try answer(id)["authorities"]?.list else {
      throw .credentials("credentials.", id, ".authorities is missing")
    }
    var authorities: [Authority] = []
    for node in nodes {
      let path = concat("credentials.", id, ".authorities")
      let cluster = try text(node, "cluster", of: path)
      guard ClusterName.isValid(cluster) else {
        throw OutputFailure(
          .credentials,
          concat(cluster.excerpt, " is no name for a cluster, and no file is named after it"),
          hint: "rename the cluster, or remove the trust in it")
      }
      var certificates: [String] = []
      for text in try texts(node, "tls", of: path) {
        guard let blocks = PEMText.blocks(text, accepts: isCertificate), !blocks.isEmpty else {
          throw .credentials(
            path, ".tls of ", cluster, " holds something that is no PEM certificate")
        }
        certificates += blocks
      }
      var keys: [SSHLine] = []
      for text in try texts(node, "ssh", of: path) {
        guard let line = SSHLine(text), !line.isCertificate else {
          throw .credentials(
            path, ".ssh of ", cluster, " holds something that is no SSH public key")
        }
        keys.append(line)
      }
      authorities.append(Authority(cluster: cluster, certificates: certificates, keys: keys))
    }
    return authorities
  }

  private func texts(_ node: Node, _ key: String, of path: String) throws(OutputFailure) -> [String]
  {
    guard let nodes = node[key]?.list else { throw .credentials(path, ".", key, " is missing") }
    var texts: [String] = []
    for node in nodes {
      guard let text = node.string else { throw .credentials(path, ".", key, " holds no text") }
      texts.append(text)
    }
    return texts
  }

  private func sshLine(
    _ node: Node, _ key: String, of path: String
  ) throws(OutputFailure) -> SSHLine {
    guard let line = SSHLine(try text(node, key, of: path)) else {
      throw .credentials(path, ".", key, " is no single authorized_keys line")
    }
    return line
  }

  private func pem(
    _ node: Node, _ key: String, of path: String, accepts: (String) -> Bool
  ) throws(OutputFailure) -> String {
    let blocks = PEMText.blocks(try text(node, key, of: path), accepts: accepts)
    guard let blocks, blocks.count == 1 else {
      throw .credentials(path, ".", key, " is not exactly one PEM block of its kind")
    }
    return blocks[0]
  }

  private func isCertificate(_ label: String) -> Bool { label.sameBytes(as: "CERTIFICATE") }

  private func isPrivateKey(_ label: String) -> Bool {
    label.sameBytes(as: "PRIVATE KEY") || label.sameBytes(as: "RSA PRIVATE KEY")
      || label.sameBytes(as: "EC PRIVATE KEY") || label.sameBytes(as: "OPENSSH PRIVATE KEY")
  }
}
