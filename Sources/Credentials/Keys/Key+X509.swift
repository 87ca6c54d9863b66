import Crypto
import X509
import _CryptoExtras

extension PublicKey {
  var x509: Certificate.PublicKey {
    switch backing {
    case .ed25519(let key): Certificate.PublicKey(key)
    case .ecdsaP256(let key): Certificate.PublicKey(key)
    case .rsa(let key): Certificate.PublicKey(key)
    }
  }
}

extension PrivateKey {
  var x509: Certificate.PrivateKey {
    switch backing {
    case .ed25519(let key): Certificate.PrivateKey(key)
    case .ecdsaP256(let key): Certificate.PrivateKey(key)
    case .rsa(let key): Certificate.PrivateKey(key)
    }
  }
}
