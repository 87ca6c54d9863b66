/*
 * BoundKeypairAgentManifest.h - what the tables of the agent half point to. Swift implements the
 * functions; tenon/cap/join_method.h and tenon/cap/commands.h say what each of them does.
 */
#ifndef BOUND_KEYPAIR_AGENT_MANIFEST_H
#define BOUND_KEYPAIR_AGENT_MANIFEST_H

#include <tenon/plugin.h>

int32_t tenon_bkp_create(const tenon_host *host, tenon_join_method **out, tenon_error *error);
void tenon_bkp_destroy(tenon_join_method *method);
int32_t tenon_bkp_begin(tenon_join_method *method, const tenon_join_params *params,
                        const tenon_task *task, tenon_join_session **out, tenon_sink init,
                        tenon_error *error);
int32_t tenon_bkp_step(tenon_join_session *session, uint32_t field, tenon_bytes message,
                       const tenon_task *task, uint32_t *out_field, tenon_sink solution,
                       tenon_error *error);
int32_t tenon_bkp_finish(tenon_join_session *session, tenon_bytes result, const tenon_task *task,
                         tenon_error *error);
void tenon_bkp_abort(tenon_join_session *session);
int32_t tenon_bkp_held(tenon_join_method *method, tenon_sink out, tenon_error *error);

/* keypair create --storage --proxy-server --overwrite --format --static --static-key-path */
int32_t tenon_bkp_keypair_create(const tenon_call *call, const char *storage,
                                 const char *proxy_server, int32_t overwrite, const char *format,
                                 int32_t is_static, const char *static_key_path);

#endif
