/*
 * TPMAgentManifest.h - what the tables of the agent half point to. Swift implements the functions;
 * tenon/cap/join_method.h, self_test.h and commands.h say what each of them does.
 */
#ifndef TPM_AGENT_MANIFEST_H
#define TPM_AGENT_MANIFEST_H

#include <tenon/plugin.h>

int32_t tenon_tpm_create(const tenon_host *host, tenon_join_method **out, tenon_error *error);
void tenon_tpm_destroy(tenon_join_method *method);
int32_t tenon_tpm_begin(tenon_join_method *method, const tenon_join_params *params,
                        const tenon_task *task, tenon_join_session **out, tenon_sink init,
                        tenon_error *error);
int32_t tenon_tpm_step(tenon_join_session *session, uint32_t field, tenon_bytes message,
                       const tenon_task *task, uint32_t *out_field, tenon_sink solution,
                       tenon_error *error);
int32_t tenon_tpm_finish(tenon_join_session *session, tenon_bytes result, const tenon_task *task,
                         tenon_error *error);
void tenon_tpm_abort(tenon_join_session *session);

int32_t tenon_tpm_test_create(const tenon_host *host, tenon_self_test **out, tenon_error *error);
void tenon_tpm_test_destroy(tenon_self_test *test);
int32_t tenon_tpm_test_run(tenon_self_test *test, uint32_t check, const tenon_task *task,
                           tenon_check_result *result, tenon_error *error);

/* tpm identify --format --debug --token --bot --test-tcti */
int32_t tenon_tpm_identify(const tenon_call *call, const char *format, int32_t debug,
                           const char *token, const char *bot, const char *test_tcti);

#endif
