/// The algorithm of a bound keypair under a signature suite: Ed25519, except where FIPS asks for P-256.
public func boundKeyAlgorithm(suite: String) -> String {
  suite.utf8.elementsEqual("fips-v1".utf8) ? "ecdsa-p256" : "ed25519"
}
