/*
 * tenon/base.h - the ground every other Tenon plugin header stands on.
 *
 * Scope    The contract between a Tenon host (the agent `tenon`, the authority `tenond`) and the
 *          shared objects they load. Plain C11, valid C++17, no dependency beyond <stddef.h> and
 *          <stdint.h>. A plugin includes <tenon/plugin.h>, which includes everything.
 *
 * Trust    A plugin runs inside the host process, with the host's privileges and memory. This
 *          contract keeps honest code from hurting itself; it is no wall against hostile code. The
 *          network peer is never trusted by either half: whatever it sends reaches a plugin as
 *          bounded bytes, and the plugin must check them before use.
 *
 * Version  TENON_ABI_MAJOR must be equal on both sides. While the major is 0 the minor must be
 *          equal too; from 1.0 on a plugin built against 1.n runs on every host 1.m with m >= n.
 *          Structs that start with struct_size grow at the tail only.
 *
 * Threads  Every function carries exactly one tag:
 *            [loader]    one thread at a time per module (open, create, destroy)
 *            [instance]  one call at a time per instance, any thread; always the same thread when
 *                        the manifest says "threading": "pinned"
 *            [any]       any thread, concurrently
 *          The host never calls into an instance from inside a host service that instance called,
 *          and never calls a plugin while it holds one of its own locks.
 *
 * Memory   Nobody frees across the line. Inputs are borrowed for the length of the call. Static data
 *          a plugin returns (module, capability tables, command tables) lives until the process
 *          exits. Variable output goes through a tenon_sink. Opaque handles are freed by the side
 *          that made them, through an explicit destroy or forget.
 *
 * Unload   Modules are never closed. Plugins do no work in constructors, destructors, atexit or
 *          thread-exit hooks, and never fork without exec.
 */
#ifndef TENON_BASE_H
#define TENON_BASE_H

#include <stddef.h>
#include <stdint.h>

#if !defined(__linux__) || !defined(__LP64__) || __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the Tenon plugin ABI is defined for 64-bit little-endian Linux only"
#endif

#ifdef __cplusplus
#define TENON_EXTERN_C extern "C"
#define TENON_STATIC_ASSERT(condition, text) static_assert(condition, text)
#else
#define TENON_EXTERN_C extern
#define TENON_STATIC_ASSERT(condition, text) _Static_assert(condition, text)
#endif

#define TENON_ABI_MAJOR 0u
#define TENON_ABI_MINOR 1u

/* Makes the one exported function visible when the plugin is built with -fvisibility=hidden. */
#define TENON_EXPORT __attribute__((visibility("default")))

/*
 * A borrowed view of bytes. Not terminated; UTF-8 wherever a field is described as text.
 * Empty is len 0 with any ptr. A null ptr with len > 0 is refused by the receiver. Frozen: this
 * struct has no struct_size and never grows.
 */
typedef struct tenon_bytes {
  const uint8_t *ptr;
  size_t len;
} tenon_bytes;

/*
 * Where variable output goes. `write` may be called several times and appends; it returns TENON_OK,
 * or TENON_INVALID_ARGUMENT when the limit stated for that output is passed, which the caller must
 * return unchanged. The sink is valid for the length of the call that received it. Frozen.
 */
typedef struct tenon_sink {
  void *ctx;
  int32_t (*write)(void *ctx, const uint8_t *bytes, size_t count);
} tenon_sink;

/* Result codes. A function returns TENON_OK or one of these, and fills its tenon_error as well. */
#define TENON_OK 0
#define TENON_INVALID_ARGUMENT 1 /* the caller broke the contract, or the peer sent nonsense */
#define TENON_INVALID_CONFIG 2   /* the operator's configuration must change */
#define TENON_UNSUPPORTED 3      /* this plugin or host cannot do what was asked */
#define TENON_UNAVAILABLE 4      /* something needed is not there now; a later try may work */
#define TENON_BUSY 5             /* somebody else holds what is needed */
#define TENON_REFUSED 6          /* policy says no */
#define TENON_CANCELLED 7        /* the task was cancelled */
#define TENON_TIMED_OUT 8        /* the task's deadline passed */
#define TENON_CORRUPT_STATE 9    /* what storage returned does not make sense */
#define TENON_INTERNAL 10        /* a defect */
#define TENON_NOT_FOUND 11       /* no such record, key or capability */

/* What a caller may do about an error (tenon_error.retry). */
#define TENON_RETRY_NEVER 0u
#define TENON_RETRY_LATER 1u
#define TENON_RETRY_AFTER_CONFIG 2u
#define TENON_RETRY_AFTER_OPERATOR 3u

#define TENON_ERROR_TEXT_BYTES 256

/*
 * What went wrong, in the caller's memory. The caller zeroes it and sets struct_size; the callee
 * fills it before it returns anything but TENON_OK. `message` says what failed and with which input
 * (never a secret), `hint` what to do next; both lower case without a final period, UTF-8, zero
 * terminated, cut at a character boundary. A non-zero return with an empty message is reported as a
 * defect of the plugin.
 */
typedef struct tenon_error {
  uint32_t struct_size;
  int32_t code;        /* as returned */
  uint32_t retry;      /* TENON_RETRY_* */
  int32_t plugin_code; /* free for the plugin; shown in debug logs */
  char message[TENON_ERROR_TEXT_BYTES];
  char hint[TENON_ERROR_TEXT_BYTES];
} tenon_error;

TENON_STATIC_ASSERT(sizeof(tenon_bytes) == 16, "tenon_bytes is frozen");
TENON_STATIC_ASSERT(sizeof(tenon_sink) == 16, "tenon_sink is frozen");
TENON_STATIC_ASSERT(sizeof(tenon_error) == 528, "tenon_error layout");
TENON_STATIC_ASSERT(offsetof(tenon_error, message) == 16, "tenon_error layout");
TENON_STATIC_ASSERT(offsetof(tenon_error, hint) == 272, "tenon_error layout");

#endif
