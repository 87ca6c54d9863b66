/*
 * BoundKeypairAuthorityManifest.h - what the table of the authority half points to. Swift implements
 * the functions; tenon/cap/join_verifier.h and allowances.h say what each of them does.
 */
#ifndef BOUND_KEYPAIR_AUTHORITY_MANIFEST_H
#define BOUND_KEYPAIR_AUTHORITY_MANIFEST_H

#include <tenon/plugin.h>

int32_t tenon_bkp_verifier_create(const tenon_host *host, tenon_join_verifier **out,
                                  tenon_error *error);
void tenon_bkp_verifier_destroy(tenon_join_verifier *verifier);
int32_t tenon_bkp_verifier_admit(tenon_join_verifier *verifier, tenon_bytes spec,
                                 tenon_bytes status, tenon_admit_notes notes, tenon_sink out,
                                 tenon_error *error);
int32_t tenon_bkp_verifier_begin(tenon_join_verifier *verifier, const tenon_verify_params *params,
                                 tenon_verify_session **out, tenon_verify_action *action,
                                 tenon_error *error);
int32_t tenon_bkp_verifier_step(tenon_verify_session *session, uint32_t field,
                                tenon_bytes solution, tenon_verify_action *action,
                                tenon_error *error);
int32_t tenon_bkp_verifier_conclude(tenon_verify_session *session, tenon_bytes instance_id,
                                    tenon_sink status, tenon_sink result, tenon_error *error);
void tenon_bkp_verifier_abort(tenon_verify_session *session);
int32_t tenon_bkp_verifier_gave_up(tenon_verify_session *session, uint32_t reason,
                                   tenon_bytes text, tenon_verify_action *action,
                                   tenon_error *error);
int32_t tenon_bkp_verifier_granted(tenon_join_verifier *verifier, tenon_bytes spec,
                                   tenon_bytes status, tenon_sink out, tenon_error *error);
int32_t tenon_bkp_verifier_confirmed(tenon_join_verifier *verifier, tenon_bytes spec,
                                     tenon_bytes status, tenon_bytes instance_id, tenon_sink out,
                                     tenon_error *error);

#endif
