/*
 * tenon/host/ca.h - the certificate authority set aside for a method (manifest: join_verifier.ca).
 * Offered to join verifiers only. Keys are named by key id, see tenon/host/key.h.
 */
#ifndef TENON_HOST_CA_H
#define TENON_HOST_CA_H

#include "../base.h"

#define TENON_HOST_CA_ID "tenon.host.ca/1"

typedef struct tenon_host_ca {
  uint32_t struct_size;
  uint32_t flags;
  void *ctx;
  /* [any] Key id and signature scheme of the active signing key. */
  int32_t (*signer)(void *ctx, tenon_sink key_id, tenon_sink scheme, tenon_error *error);
  /* [any] Signs `message` with the active key. */
  int32_t (*sign)(void *ctx, tenon_bytes message, tenon_sink out, tenon_error *error);
  /*
   * [any] Verifies against the trusted key (active or standby) with that id. TENON_NOT_FOUND when
   * no trusted key has it, TENON_REFUSED when the signature is bad.
   */
  int32_t (*verify)(void *ctx, tenon_bytes key_id, tenon_bytes scheme, tenon_bytes message,
                    tenon_bytes signature, tenon_error *error);
} tenon_host_ca;

TENON_STATIC_ASSERT(sizeof(tenon_host_ca) == 40, "tenon_host_ca layout");

#endif
