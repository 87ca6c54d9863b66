import Documents
import PluginABI
public import PluginKit

/// `tpm identify`: what a token needs to know of this machine's TPM.
public enum IdentifyCommand {
  public enum Format { case text, json, token }

  /// What `--format token` writes beside the hash.
  public struct TokenNames {
    public var token: String
    public var bot: String

    public init(token: String, bot: String) {
      self.token = token
      self.bot = bot
    }
  }

  /// Reads the TPM and writes the answer for standard output. Leaves nothing in the TPM.
  ///
  /// - Parameters:
  ///   - debug: adds the certificate's issuer and both as PEM; a token has no room for them.
  ///   - testAddress: a simulator in place of this machine's TPM.
  public static func run(
    host: Host, format: Format, debug: Bool, names: TokenNames, testAddress: String?, watch: Watch
  ) throws(PluginError) -> String {
    let tpm = try TPMOpening.open(host: host, testAddress: testAddress, watch: watch)
    defer { tpm.close() }
    let key = try EndorsementKey(tpm, forUse: false)
    switch format {
    case .text: return text(key, debug: debug)
    case .json: return json(key, debug: debug)
    case .token: return token(key, names)
    }
  }

  private static func text(_ key: EndorsementKey, debug: Bool) -> String {
    var text = "TPM Information\nEKPub Hash: " + key.publicHash + "\n"
    text += "EKCert Detected: " + (key.certificate == nil ? "false" : "true") + "\n"
    if let certificate = key.certificate { text += "EKCert Serial: " + certificate.serial + "\n" }
    guard debug else { return text }
    text += "EKPub:\n" + PEM.text("PUBLIC KEY", key.publicKey)
    if let certificate = key.certificate {
      text += "EKCert Issuer: " + certificate.issuer + "\n"
      text += "EKCert:\n" + PEM.text("CERTIFICATE", certificate.der)
    }
    return text
  }

  private static func json(_ key: EndorsementKey, debug: Bool) -> String {
    var members: [(String, Node)] = [
      ("ek_public_hash", .text(key.publicHash)),
      ("ek_certificate_detected", .flag(key.certificate != nil)),
    ]
    if let certificate = key.certificate {
      members.append(("ek_certificate_serial", .text(certificate.serial)))
    }
    if debug {
      members.append(("ek_public", .text(PEM.text("PUBLIC KEY", key.publicKey))))
      if let certificate = key.certificate {
        members.append(("ek_certificate_issuer", .text(certificate.issuer)))
        members.append(("ek_certificate", .text(PEM.text("CERTIFICATE", certificate.der))))
      }
    }
    return String(decoding: JSON.serialize(.object(members), pretty: true), as: UTF8.self) + "\n"
  }

  private static func token(_ key: EndorsementKey, _ names: TokenNames) -> String {
    var text = "kind: token\nversion: v2\nmetadata:\n  name: " + quoted(names.token) + "\n"
    text += "spec:\n  roles: [Bot]\n  join_method: tpm\n  bot_name: " + quoted(names.bot) + "\n"
    text += "  tpm:\n"
    if let certificate = key.certificate {
      text +=
        "    # This TPM has a certificate. A token that lists the CA it names has it checked:\n"
      text += "    #   " + singleLine(certificate.issuer) + "\n"
      text += "    # ekcert_allowed_cas:\n    #   - |\n    #     -----BEGIN CERTIFICATE-----\n"
    }
    text += "    allow:\n      - description: " + quoted(SystemText.hostName) + "\n"
    text += "        ek_public_hash: " + quoted(key.publicHash) + "\n"
    return text
  }

  /// A YAML double-quoted scalar, which is written as JSON writes a string.
  private static func quoted(_ text: String) -> String {
    String(decoding: JSON.serialize(.text(text)), as: UTF8.self)
  }

  /// Text of a certificate, kept to one line of a comment.
  private static func singleLine(_ text: String) -> String {
    String(decoding: text.utf8.map { $0 < 0x20 || $0 == 0x7F ? 0x3F : $0 }, as: UTF8.self)
  }
}
