/*
 * tenon/host/tokens.h - the join tokens of one method, for commands.
 *
 * Offered to commands of the authority's program ("program": "authority") whose manifest names a join
 * method under "tokens". Tokens of other methods are refused (TENON_REFUSED). What is written passes the
 * verifier's `admit` in the authority, as any change of a token does.
 */
#ifndef TENON_HOST_TOKENS_H
#define TENON_HOST_TOKENS_H

#include "../base.h"

#define TENON_HOST_TOKENS_ID "tenon.host.tokens/1"

/* tenon_host_tokens.update: flags */
#define TENON_TOKEN_UNLOCK 1u /* also remove every lock on the token: both happen, or neither */

typedef struct tenon_host_tokens {
  uint32_t struct_size;
  uint32_t flags; /* 0 */
  void *ctx;
  /*
   * [any] Writes a JSON object: "name", "bot_name", "spec" and "status" (the sections of the method,
   * objects), "revision" (a number that changes with every write) and "locks" (a list of the messages
   * of the locks on the token). TENON_NOT_FOUND: there is no such token.
   */
  int32_t (*get)(void *ctx, tenon_bytes name, tenon_sink out, tenon_error *error);
  /*
   * [any] Replaces both sections while the token has the revision that `get` told; TENON_BUSY when it
   * has another by now: get it again. TENON_INVALID_CONFIG: the verifier does not admit it.
   */
  int32_t (*update)(void *ctx, tenon_bytes name, tenon_bytes spec, tenon_bytes status,
                    int64_t revision, uint32_t flags, tenon_error *error);
} tenon_host_tokens;

TENON_STATIC_ASSERT(sizeof(tenon_host_tokens) == 32, "tenon_host_tokens layout");
TENON_STATIC_ASSERT(offsetof(tenon_host_tokens, update) == 24, "tenon_host_tokens layout");

#endif
