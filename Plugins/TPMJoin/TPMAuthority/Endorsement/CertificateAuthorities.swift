import COpenSSL
import PluginKit

/// The makers' certificates of a token: each of them is trusted for what it signed itself.
struct CertificateAuthorities {
  private let certificates: [Certificate]

  init(_ certificates: [Certificate]) { self.certificates = certificates }

  var isEmpty: Bool { certificates.isEmpty }

  /// Why the certificate is not acceptable at `time`, nil when it is.
  ///
  /// Any extended key usage will do and the host name does not matter. A critical subjectAltName, which
  /// endorsement certificates carry, is among the extensions libcrypto handles; another critical
  /// extension it does not know is a refusal. Signatures below 112 bits of security are refused.
  func objection(
    to certificate: Certificate, at time: Int64
  ) throws(PluginError) -> String? {
    guard let store = X509_STORE_new() else { throw Libcrypto.defect("allocate memory") }
    defer { X509_STORE_free(store) }
    for authority in certificates where X509_STORE_add_cert(store, authority.raw) != 1 {
      throw Libcrypto.defect("take a certificate authority")
    }
    guard let context = X509_STORE_CTX_new() else { throw Libcrypto.defect("allocate memory") }
    defer { X509_STORE_CTX_free(context) }
    guard X509_STORE_CTX_init(context, store, certificate.raw, nil) == 1,
      let parameters = X509_STORE_CTX_get0_param(context),
      X509_VERIFY_PARAM_set_flags(parameters, UInt(X509_V_FLAG_PARTIAL_CHAIN)) == 1
    else { throw Libcrypto.defect("begin a chain verification") }
    X509_VERIFY_PARAM_set_time(parameters, time_t(time))
    X509_VERIFY_PARAM_set_auth_level(parameters, 2)
    let verdict = X509_verify_cert(context)
    let code = X509_STORE_CTX_get_error(context)
    let isLeaf = X509_STORE_CTX_get_error_depth(context) == 0
    ERR_clear_error()
    if verdict == 1 { return nil }
    return Self.text(code, isLeaf: isLeaf)
  }

  private static func text(_ code: Int32, isLeaf: Bool) -> String {
    let whose = isLeaf ? "the certificate " : "the certificate of its authority "
    switch code {
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT,
      X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
      X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_CERT_SIGNATURE_FAILURE:
      return "certificate signed by unknown authority"
    case X509_V_ERR_CERT_HAS_EXPIRED: return whose + "has expired"
    case X509_V_ERR_CERT_NOT_YET_VALID: return whose + "is not yet valid"
    case X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION:
      return whose + "has an unhandled critical extension"
    default:
      guard let reason = X509_verify_cert_error_string(Int(code)) else {
        return whose + "cannot be verified"
      }
      return whose + "cannot be verified: " + String(cString: reason)
    }
  }
}
