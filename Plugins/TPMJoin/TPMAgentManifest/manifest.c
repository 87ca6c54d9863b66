/* The manifest of the agent half, and its static tables: data, so that opening it runs no Swift. */
#include "TPMAgentManifest.h"

#define ID "dev.tenon.tpm-agent"
#define VERSION "0.1.0"

TENON_MANIFEST(
    "{\"manifest\":1,"
    "\"id\":\"" ID "\",\"version\":\"" VERSION "\",\"abi\":{\"major\":0,\"minor\":1},"
    "\"summary\":\"joins by the endorsement key of this machine's TPM 2.0\","
    "\"runtime\":\"swift-embedded\",\"threading\":\"pinned\","
    "\"capabilities\":[\"tenon.join-method/1\",\"tenon.self-test/1\",\"tenon.commands/1\"],\"needs\":[\"tpm\"],"
    "\"records\":[],"
    "\"join_method\":{\"name\":\"tpm\",\"init_field\":10,\"config\":["
    "{\"key\":\"test_tcti\",\"type\":\"string\","
    "\"help\":\"for tests only: a TPM simulator, swtpm:path=... or swtpm:host=...,port=...\"}]},"
    "\"commands\":[{\"name\":\"tpm identify\","
    "\"summary\":\"print what a token needs to know of this machine's TPM\"}]}");

static const tenon_cap_join_method join_method = {
    .struct_size = sizeof(tenon_cap_join_method),
    .create = tenon_tpm_create,
    .destroy = tenon_tpm_destroy,
    .begin = tenon_tpm_begin,
    .step = tenon_tpm_step,
    .finish = tenon_tpm_finish,
    .abort = tenon_tpm_abort,
};

/* In the order of SelfTest.Check. */
static const tenon_check checks[] = {
    {sizeof(tenon_check), 0, "device", "is there a TPM 2.0?"},
    {sizeof(tenon_check), 0, "access", "may this user open its device?"},
    {sizeof(tenon_check), 0, "response", "does the TPM answer?"},
    {sizeof(tenon_check), 0, "endorsement-key", "can its endorsement key be read?"},
    {sizeof(tenon_check), 0, "attestation-key", "can it make an attestation key?"},
};

static const tenon_cap_self_test self_test = {
    .struct_size = sizeof(tenon_cap_self_test),
    .check_count = sizeof(checks) / sizeof(checks[0]),
    .checks = checks,
    .create = tenon_tpm_test_create,
    .destroy = tenon_tpm_test_destroy,
    .run = tenon_tpm_test_run,
};

static const tenon_parameter identify_parameters[] = {
    {.struct_size = sizeof(tenon_parameter),
     .kind = TENON_PARAMETER_CHOICE,
     .name = "format",
     .help = "how the answer is printed; token is a token to apply",
     .fallback = "text",
     .choices = "text|json|token"},
    {.struct_size = sizeof(tenon_parameter),
     .kind = TENON_PARAMETER_FLAG,
     .name = "debug",
     .help = "add the key, and the certificate with its issuer"},
    {.struct_size = sizeof(tenon_parameter),
     .kind = TENON_PARAMETER_TEXT,
     .name = "token",
     .help = "name of the token, for --format token",
     .fallback = "my-bot-token"},
    {.struct_size = sizeof(tenon_parameter),
     .kind = TENON_PARAMETER_TEXT,
     .name = "bot",
     .help = "name of the bot, for --format token",
     .fallback = "example"},
    {.struct_size = sizeof(tenon_parameter),
     .kind = TENON_PARAMETER_TEXT,
     .name = "test-tcti",
     .help = "for tests only: a TPM simulator, swtpm:path=... or swtpm:host=...,port=..."},
};

static const tenon_command command_table[] = {
    {.struct_size = sizeof(tenon_command),
     .parameter_count = sizeof(identify_parameters) / sizeof(identify_parameters[0]),
     .name = "tpm identify",
     .summary = "print what a token needs to know of this machine's TPM",
     .details = "The EKPub hash goes into the token's spec.tpm.allow[].ek_public_hash. The user needs "
                "read and write access to the TPM's device.",
     .parameters = identify_parameters,
     .function = (tenon_command_function)tenon_tpm_identify},
};

static const tenon_cap_commands commands = {
    .struct_size = sizeof(tenon_cap_commands),
    .command_count = 1,
    .commands = command_table,
};

#define CAPABILITIES                                                                             \
  OFFER(TENON_CAP_JOIN_METHOD_ID, join_method)                                                   \
  OFFER(TENON_CAP_SELF_TEST_ID, self_test)                                                       \
  OFFER(TENON_CAP_COMMANDS_ID, commands)
#include "../../module.h"
