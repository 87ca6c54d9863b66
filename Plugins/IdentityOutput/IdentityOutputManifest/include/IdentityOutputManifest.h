/*
 * IdentityOutputManifest.h - what the tables of this plugin point to. Swift implements the four
 * functions; tenon/cap/output.h says what each of them does.
 */
#ifndef IDENTITY_OUTPUT_MANIFEST_H
#define IDENTITY_OUTPUT_MANIFEST_H

#include <string.h>
#include <tenon/plugin.h>

int32_t tenon_identity_create(const tenon_host *host, tenon_output **out, tenon_error *error);
void tenon_identity_destroy(tenon_output *output);
int32_t tenon_identity_plan(tenon_output *output, tenon_sink plan, tenon_error *error);
int32_t tenon_identity_render(tenon_output *output, tenon_bytes credentials,
                              tenon_artifact_sink artifacts, tenon_error *error);

/* Zeroes memory in a way that no optimiser removes. */
static inline void tenon_identity_wipe(void *memory, size_t count) { explicit_bzero(memory, count); }

#endif
