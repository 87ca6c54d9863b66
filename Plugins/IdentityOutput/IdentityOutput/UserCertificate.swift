/// A private key and what was issued for it, checked and each ending with one newline.
struct UserCertificate {
  let privateKey: String
  let sshPublicKey: String
  let sshCertificate: String
  let tlsCertificate: String
}
