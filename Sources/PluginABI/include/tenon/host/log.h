/*
 * tenon/host/log.h - the only way a plugin speaks to the operator's log. Plugins write nothing to
 * stdout or stderr. The host escapes control characters and redacts values of secret keys.
 */
#ifndef TENON_HOST_LOG_H
#define TENON_HOST_LOG_H

#include "../base.h"

#define TENON_HOST_LOG_ID "tenon.host.log/1"

#define TENON_LOG_DEBUG 0u
#define TENON_LOG_INFO 1u
#define TENON_LOG_WARNING 2u
#define TENON_LOG_ERROR 3u

/* One attribute of a log line. Never a secret. */
typedef struct tenon_log_field {
  tenon_bytes key;
  tenon_bytes value;
} tenon_log_field;

typedef struct tenon_host_log {
  uint32_t struct_size;
  uint32_t flags;
  void *ctx;
  /* [any] Non-zero when a line of this level would be written. */
  int32_t (*enabled)(void *ctx, uint32_t level);
  /* [any] Writes one line. Message at most 1 KiB, at most 16 fields; more is cut. */
  void (*log)(void *ctx, uint32_t level, tenon_bytes message, const tenon_log_field *fields,
              size_t field_count);
} tenon_host_log;

TENON_STATIC_ASSERT(sizeof(tenon_log_field) == 32, "tenon_log_field layout");
TENON_STATIC_ASSERT(sizeof(tenon_host_log) == 32, "tenon_host_log layout");

#endif
