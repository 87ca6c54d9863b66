import Documents
import PluginKit

/// Reads `spec.tpm` and collects every problem it has.
struct TokenSpecReader {
  private(set) var problems: [SpecProblem] = []

  mutating func read(_ node: Node) -> TokenSpec {
    var spec = TokenSpec()
    guard node.members != nil else {
      note(
        "",
        "tpm token requires a spec.tpm section; add one with an `allow` list, and the EKPub Hash of "
          + "`tbot tpm identify` as `ek_public_hash`")
      return spec
    }
    knownKeys(node, "", ["ekcert_allowed_cas", "allow"])
    let listed = list(node, "ekcert_allowed_cas")
    for (index, item) in listed.enumerated() {
      let path = "ekcert_allowed_cas.\(index)"
      guard let text = item.string else {
        note(path, "must be the text of one certificate in PEM")
        continue
      }
      switch CertificatePEM.decode(text) {
      case .problem(let problem): note(path, problem)
      case .der(let der):
        if let certificate = Certificate(der: der, allowsPadding: false) {
          spec.authorities.append(certificate)
        } else {
          note(path, "is no X.509 certificate; convert the maker's file with `openssl x509`")
        }
      }
    }
    let rules = list(node, "allow")
    if rules.isEmpty, problems.isEmpty {
      note(
        "allow",
        "must hold at least one rule; add one with the `ek_public_hash` that `tbot tpm identify` "
          + "prints")
    }
    for (index, item) in rules.enumerated() {
      spec.rules.append(rule(item, "allow.\(index)", hasAuthorities: !listed.isEmpty))
    }
    return spec
  }

  @inline(never)
  mutating func note(_ path: String, _ message: String) {
    problems.append(SpecProblem(path: path, message: message))
  }

  private mutating func rule(_ node: Node, _ path: String, hasAuthorities: Bool) -> AllowRule {
    var rule = AllowRule()
    guard node.members != nil else {
      note(path, "must be a map with `ek_public_hash` or `ek_certificate_serial`")
      return rule
    }
    let before = problems.count
    knownKeys(
      node, path + ".", ["description", "ek_public_hash", "ek_certificate_serial"])
    _ = text(node, "description", path)
    rule.publicHash = text(node, "ek_public_hash", path)
    if !rule.publicHash.isEmpty, !isHexadecimal([UInt8](rule.publicHash.utf8)[...], count: 64) {
      note(
        path + ".ek_public_hash",
        "must be 64 lower-case hex digits, the EKPub Hash of `tbot tpm identify`")
    }
    rule.certificateSerial = text(node, "ek_certificate_serial", path)
    if !rule.certificateSerial.isEmpty {
      if !isSerial(rule.certificateSerial) {
        note(
          path + ".ek_certificate_serial",
          "must be lower-case hex bytes joined by colons like 5e:cd:5f:8e, the EKCert Serial of "
            + "`tbot tpm identify`, in quotes")
      }
      if !hasAuthorities {
        note(
          path + ".ek_certificate_serial",
          "needs `ekcert_allowed_cas`: without the maker's CA anybody can make a certificate with "
            + "this serial; add the CA, or use `ek_public_hash` alone")
      }
    }
    if rule.publicHash.isEmpty, rule.certificateSerial.isEmpty, problems.count == before {
      note(path, "must set `ek_public_hash` or `ek_certificate_serial`; else it allows every TPM")
    }
    return rule
  }

  private mutating func list(_ node: Node, _ key: String) -> [Node] {
    guard let value = node[key], !value.isNull else { return [] }
    guard let items = value.list else {
      note(key, "must be a list")
      return []
    }
    return items
  }

  private mutating func text(_ node: Node, _ key: String, _ path: String) -> String {
    guard let value = node[key], !value.isNull else { return "" }
    // A hash or serial of digits alone is a number to YAML.
    guard let text = value.textOrNumber else {
      note(path + "." + key, "must be text")
      return ""
    }
    return text
  }

  private mutating func knownKeys(_ node: Node, _ path: String, _ known: [String]) {
    for member in node.members ?? [] {
      var isKnown = false
      for key in known where key.sameBytes(as: member.key) { isKnown = true }
      if !isKnown {
        note(path + member.key, "is not a known key; remove it or correct its spelling")
      }
    }
  }

  private func isSerial(_ text: String) -> Bool {
    for byte in [UInt8](text.utf8).split(separator: 0x3A, omittingEmptySubsequences: false) {
      guard isHexadecimal(byte, count: 2) else { return false }
    }
    return true
  }

  private func isHexadecimal(_ text: ArraySlice<UInt8>, count: Int) -> Bool {
    guard text.count == count else { return false }
    for character in text {
      switch character {
      case 0x30...0x39, 0x61...0x66: continue
      default: return false
      }
    }
    return true
  }
}
