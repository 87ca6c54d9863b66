/*
 * BoundKeypairOperatorManifest.h - what the table of the operator's commands points to. Swift implements
 * the functions; their parameters are those of the command table in manifest.c, in order.
 */
#ifndef BOUND_KEYPAIR_OPERATOR_MANIFEST_H
#define BOUND_KEYPAIR_OPERATOR_MANIFEST_H

#include <tenon/plugin.h>

int32_t tenon_bkp_request_rotation(const tenon_call *call, const char *token);
int32_t tenon_bkp_recover(const tenon_call *call, const char *token, const char *public_key);
int32_t tenon_bkp_unbind(const tenon_call *call, const char *token);
int32_t tenon_bkp_set(const tenon_call *call, const char *token, const char *mode, int64_t limit);

#endif
