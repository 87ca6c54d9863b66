/*
 * tenon/host/clock.h - the only clock a plugin reads. Settable in tests.
 */
#ifndef TENON_HOST_CLOCK_H
#define TENON_HOST_CLOCK_H

#include "../base.h"

#define TENON_HOST_CLOCK_ID "tenon.host.clock/1"

typedef struct tenon_host_clock {
  uint32_t struct_size;
  uint32_t flags;
  void *ctx;
  /* [any] Nanoseconds since 1970-01-01T00:00:00Z, without leap seconds. */
  int64_t (*wall_ns)(void *ctx);
  /* [any] Nanoseconds of a clock that never goes back; only differences mean anything. */
  uint64_t (*monotonic_ns)(void *ctx);
} tenon_host_clock;

TENON_STATIC_ASSERT(sizeof(tenon_host_clock) == 32, "tenon_host_clock layout");

#endif
