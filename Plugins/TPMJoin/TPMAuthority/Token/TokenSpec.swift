/// `spec.tpm` of a token.
struct TokenSpec {
  /// Makers' certificates. Empty: no certificate is asked for, and none is verified.
  var authorities: [Certificate] = []
  var rules: [AllowRule] = []
}
