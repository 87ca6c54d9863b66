/*
 * tenon/cap/output.h - an output is a pure renderer: credentials in, artifacts out. It touches neither
 * network nor disk and has no clock.
 *
 *   plan    says which credentials it needs, from its configuration alone
 *   render  turns them into artifacts; the same input gives the same bytes
 *
 * Both documents are JSON; docs/abi/output-documents.md describes every key.
 */
#ifndef TENON_CAP_OUTPUT_H
#define TENON_CAP_OUTPUT_H

#include "../base.h"
#include "../host.h"

#define TENON_CAP_OUTPUT_ID "tenon.output/1"
#define TENON_OUTPUT_PLAN_MAX_BYTES 65536u
#define TENON_ARTIFACT_MAX_BYTES 1048576u
#define TENON_ARTIFACTS_MAX 256u

typedef struct tenon_output tenon_output; /* an instance */

#define TENON_ARTIFACT_SECRET 1u /* holds key material: never shown, never logged */

/* One file. */
typedef struct tenon_artifact {
  uint32_t struct_size;
  uint32_t flags;
  tenon_bytes name; /* relative, [A-Za-z0-9._-] components of 1 to 255 bytes, at most one '/' */
  tenon_bytes content;
} tenon_artifact;

/* Receives artifacts during render. Returns TENON_INVALID_ARGUMENT for one it refuses. Frozen. */
typedef struct tenon_artifact_sink {
  void *ctx;
  int32_t (*artifact)(void *ctx, const tenon_artifact *artifact);
} tenon_artifact_sink;

typedef struct tenon_cap_output {
  uint32_t struct_size;
  uint32_t flags;
  /* [loader] A new instance. A failed create leaves nothing behind and is not destroyed. */
  int32_t (*create)(const tenon_host *host, tenon_output **out, tenon_error *error);
  /* [loader] Frees the instance. */
  void (*destroy)(tenon_output *output);
  /* [instance] Writes the plan, a JSON object. */
  int32_t (*plan)(tenon_output *output, tenon_sink plan, tenon_error *error);
  /* [instance] Renders the granted credentials, a JSON object. All artifacts appear, or none. */
  int32_t (*render)(tenon_output *output, tenon_bytes credentials, tenon_artifact_sink artifacts,
                    tenon_error *error);
} tenon_cap_output;

TENON_STATIC_ASSERT(sizeof(tenon_artifact) == 40, "tenon_artifact layout");
TENON_STATIC_ASSERT(sizeof(tenon_cap_output) == 40, "tenon_cap_output layout");

#endif
