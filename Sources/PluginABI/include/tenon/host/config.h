/*
 * tenon/host/config.h - the instance's configuration, already checked against the manifest.
 */
#ifndef TENON_HOST_CONFIG_H
#define TENON_HOST_CONFIG_H

#include "../base.h"

#define TENON_HOST_CONFIG_ID "tenon.host.config/1"

typedef struct tenon_host_config {
  uint32_t struct_size;
  uint32_t flags;
  void *ctx;
  /*
   * [any] One value as text, written to `out`: strings as they are, bool "true"/"false", int in
   * decimal, duration in nanoseconds, list as a JSON array of strings. Returns TENON_NOT_FOUND when
   * the key is unset and has no default. At most 64 KiB.
   */
  int32_t (*get)(void *ctx, tenon_bytes key, tenon_sink out);
} tenon_host_config;

TENON_STATIC_ASSERT(sizeof(tenon_host_config) == 24, "tenon_host_config layout");

#endif
