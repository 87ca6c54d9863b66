/*
 * tenon/host/secret.h - memory for secrets: locked, not dumped, zeroed when freed.
 */
#ifndef TENON_HOST_SECRET_H
#define TENON_HOST_SECRET_H

#include "../base.h"

#define TENON_HOST_SECRET_ID "tenon.host.secret/1"

typedef struct tenon_host_secret {
  uint32_t struct_size;
  uint32_t flags;
  void *ctx;
  /* [any] Zeroed memory, kept out of swap and core dumps where the system allows; null when none. */
  uint8_t *(*allocate)(void *ctx, size_t count);
  /* [any] Zeroes and frees what `allocate` gave. */
  void (*free)(void *ctx, uint8_t *bytes, size_t count);
  /* [any] Zeroes any memory in a way the optimiser keeps. */
  void (*zero)(void *ctx, void *bytes, size_t count);
} tenon_host_secret;

TENON_STATIC_ASSERT(sizeof(tenon_host_secret) == 40, "tenon_host_secret layout");

#endif
