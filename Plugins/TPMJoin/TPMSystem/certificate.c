#define _GNU_SOURCE
#include "TPMSystem.h"

#include <limits.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static pthread_once_t prepared = PTHREAD_ONCE_INIT;

static void prepare(void) {
  OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, NULL);
  /* The stack writes to stderr and takes orders from the environment alone. The one variable a
   * process sets leaves the environment it was started with in place, so readers elsewhere are safe. */
  (void)setenv("TSS2_LOG", "all+NONE", 0);
}

void tenon_tpm_prepare(void) { pthread_once(&prepared, prepare); }

void tenon_tpm_sha256(const uint8_t *bytes, size_t count, uint8_t out[32]) {
  SHA256(bytes, count, out);
}

/* A key as SubjectPublicKeyInfo, written anew: the form every hash of it is made of. */
static size_t write_key(EVP_PKEY *key, uint8_t *out, size_t size) {
  int needed = i2d_PUBKEY(key, NULL);
  if (needed <= 0 || (size_t)needed > size) return 0;
  return (size_t)i2d_PUBKEY(key, &out);
}

size_t tenon_tpm_rsa_public(const uint8_t *modulus, size_t modulus_size, uint32_t exponent,
                            uint8_t *out, size_t size) {
  if (modulus_size == 0 || modulus_size > 1024) return 0;
  size_t result = 0;
  EVP_PKEY *key = NULL;
  OSSL_PARAM *fields = NULL;
  BIGNUM *n = BN_bin2bn(modulus, (int)modulus_size, NULL);
  OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
  EVP_PKEY_CTX *maker = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
  if (n != NULL && builder != NULL && maker != NULL &&
      OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
      OSSL_PARAM_BLD_push_uint(builder, OSSL_PKEY_PARAM_RSA_E, exponent) == 1 &&
      (fields = OSSL_PARAM_BLD_to_param(builder)) != NULL && EVP_PKEY_fromdata_init(maker) == 1 &&
      EVP_PKEY_fromdata(maker, &key, EVP_PKEY_PUBLIC_KEY, fields) == 1)
    result = write_key(key, out, size);
  EVP_PKEY_free(key);
  EVP_PKEY_CTX_free(maker);
  OSSL_PARAM_free(fields);
  OSSL_PARAM_BLD_free(builder);
  BN_free(n);
  return result;
}

int32_t tenon_tpm_read_certificate(const uint8_t *bytes, size_t count,
                                   tenon_tpm_certificate *out) {
  memset(out, 0, sizeof(*out));
  if (count == 0 || count > INT_MAX) return -1;
  const uint8_t *at = bytes;
  X509 *certificate = d2i_X509(NULL, &at, (long)count);
  if (certificate == NULL) return -1;
  out->der_size = (size_t)(at - bytes);

  EVP_PKEY *key = X509_get0_pubkey(certificate);
  int kind = key == NULL ? EVP_PKEY_NONE : EVP_PKEY_get_base_id(key);
  if (kind == EVP_PKEY_RSA || kind == EVP_PKEY_EC)
    out->public_key_size = write_key(key, out->public_key, sizeof(out->public_key));

  const ASN1_INTEGER *serial = X509_get0_serialNumber(certificate);
  BIGNUM *number = ASN1_INTEGER_to_BN(serial, NULL);
  if (number != NULL && BN_num_bytes(number) <= (int)sizeof(out->serial))
    out->serial_size = (size_t)BN_bn2bin(number, out->serial);
  BN_free(number);

  BIO *text = BIO_new(BIO_s_mem());
  if (text != NULL &&
      X509_NAME_print_ex(text, X509_get_issuer_name(certificate), 0, XN_FLAG_RFC2253) >= 0) {
    int length = BIO_read(text, out->issuer, (int)sizeof(out->issuer) - 1);
    out->issuer[length > 0 ? length : 0] = 0;
  }
  BIO_free(text);
  X509_free(certificate);
  return 0;
}
