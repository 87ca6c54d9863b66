/// The identity file: key, certificates and authorities in one, as API clients load it.
enum IdentityFile {
  /// Key, SSH certificate, TLS certificate, SSH host authorities, TLS host authorities, in this order;
  /// every part ends with exactly one newline.
  static func text(_ credentials: IdentityCredentials) -> String {
    let certificate = credentials.certificate
    var text = certificate.privateKey + certificate.sshCertificate + certificate.tlsCertificate
    for authority in credentials.host {
      text += KnownHosts.lines(authority, proxy: credentials.proxy)
    }
    return text + bundle(credentials.host)
  }

  /// All certificates of these authorities, one after the other.
  static func bundle(_ authorities: [Authority]) -> String {
    var text = ""
    for authority in authorities {
      for certificate in authority.certificates { text += certificate }
    }
    return text
  }
}
