/*
 * tenon/host/key.h - keys stay in the host. A join method holds opaque handles, never key material,
 * and needs no crypto library of its own.
 *
 * Key algorithms:     "ed25519", "ecdsa-p256", "rsa-2048".
 * Signature schemes:  "EdDSA", "ES256" (64 bytes r||s), "RS256"; RFC 7518 section 3, RFC 8037.
 * Public encodings:   "pkix"  SubjectPublicKeyInfo DER (RFC 5280)
 *                     "ssh"   one authorized_keys line "<type> <base64>", no comment, no newline
 *                     "key-id" unpadded base64url of SHA-256 over the DER of the key: PKCS#1
 *                             RSAPublicKey for RSA, SubjectPublicKeyInfo for all others
 */
#ifndef TENON_HOST_KEY_H
#define TENON_HOST_KEY_H

#include "../base.h"

#define TENON_HOST_KEY_ID "tenon.host.key/1"

/* An opaque key. Freed with `forget`, or by the host when the instance is destroyed. */
typedef struct tenon_key tenon_key;

typedef struct tenon_host_key {
  uint32_t struct_size;
  uint32_t flags;
  void *ctx;
  /* [any] A new private key. TENON_UNSUPPORTED for an algorithm the provider does not have. */
  int32_t (*generate)(void *ctx, tenon_bytes algorithm, tenon_key **out, tenon_error *error);
  /*
   * [any] A private key from PEM: PKCS#8, PKCS#1 "RSA PRIVATE KEY", SEC1 "EC PRIVATE KEY" or
   * "OPENSSH PRIVATE KEY". TENON_INVALID_ARGUMENT when it does not parse.
   */
  int32_t (*import_private)(void *ctx, tenon_bytes pem, tenon_key **out, tenon_error *error);
  /*
   * [any] A public key from an authorized_keys line (a comment is tolerated) or a PEM block
   * "PUBLIC KEY" / "RSA PUBLIC KEY". Signing with it is TENON_UNSUPPORTED.
   */
  int32_t (*import_public)(void *ctx, tenon_bytes text, tenon_key **out, tenon_error *error);
  /*
   * [any] The private key as PEM: PKCS#1 for RSA, PKCS#8 for others, ending with one newline. For
   * software keys only (TENON_UNSUPPORTED otherwise), and only to write it to storage: zero the copy.
   */
  int32_t (*export_private)(void *ctx, const tenon_key *key, tenon_sink out, tenon_error *error);
  /* [any] The public half in one of the encodings above. */
  int32_t (*public_key)(void *ctx, const tenon_key *key, tenon_bytes encoding, tenon_sink out,
                        tenon_error *error);
  /* [any] The signature scheme that suits the key, as text. */
  int32_t (*scheme)(void *ctx, const tenon_key *key, tenon_sink out, tenon_error *error);
  /* [any] Signs `message` (not a digest) with the scheme that suits the key. */
  int32_t (*sign)(void *ctx, const tenon_key *key, tenon_bytes message, tenon_sink out,
                  tenon_error *error);
  /* [any] TENON_OK when the signature is good, TENON_REFUSED when it is not. */
  int32_t (*verify)(void *ctx, const tenon_key *key, tenon_bytes scheme, tenon_bytes message,
                    tenon_bytes signature, tenon_error *error);
  /* [any] Frees the handle and zeroes what it held. */
  void (*forget)(void *ctx, tenon_key *key);
} tenon_host_key;

TENON_STATIC_ASSERT(sizeof(tenon_host_key) == 88, "tenon_host_key layout");

#endif
