/*
 * tenon/host/random.h - randomness fit for keys. Deterministic in tests.
 */
#ifndef TENON_HOST_RANDOM_H
#define TENON_HOST_RANDOM_H

#include "../base.h"

#define TENON_HOST_RANDOM_ID "tenon.host.random/1"

typedef struct tenon_host_random {
  uint32_t struct_size;
  uint32_t flags;
  void *ctx;
  /* [any] Fills all `count` bytes or returns TENON_UNAVAILABLE and none; never short. */
  int32_t (*fill)(void *ctx, uint8_t *bytes, size_t count);
} tenon_host_random;

TENON_STATIC_ASSERT(sizeof(tenon_host_random) == 24, "tenon_host_random layout");

#endif
