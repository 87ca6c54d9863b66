/* The manifest of the agent half, and its static tables: data, so that opening it runs no Swift. */
#include "TPMAgentManifest.h"

#define ID "dev.tenon.tpm-agent"
#define VERSION "0.1.0"
#define TEXT(literal) {(const uint8_t *)(literal), sizeof(literal) - 1u}

TENON_MANIFEST(
    "{\"manifest\":1,"
    "\"id\":\"" ID "\",\"version\":\"" VERSION "\",\"abi\":{\"major\":0,\"minor\":1},"
    "\"summary\":\"joins by the endorsement key of this machine's TPM 2.0\","
    "\"runtime\":\"swift-embedded\",\"threading\":\"pinned\","
    "\"capabilities\":[\"tenon.join-method/1\",\"tenon.commands/1\"],\"needs\":[\"tpm\"],"
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

static int32_t named(tenon_bytes id, const char *name, size_t length) {
  if (id.len != length) return 0;
  for (size_t i = 0; i < length; i++)
    if (id.ptr[i] != (uint8_t)name[i]) return 0;
  return 1;
}

static const void *get_capability(tenon_bytes id, size_t *out_size) {
  if (named(id, TENON_CAP_JOIN_METHOD_ID, sizeof(TENON_CAP_JOIN_METHOD_ID) - 1u)) {
    *out_size = sizeof(join_method);
    return &join_method;
  }
  if (named(id, TENON_CAP_COMMANDS_ID, sizeof(TENON_CAP_COMMANDS_ID) - 1u)) {
    *out_size = sizeof(commands);
    return &commands;
  }
  return NULL;
}

static const tenon_module module = {
    .struct_size = sizeof(tenon_module),
    .abi_major = TENON_ABI_MAJOR,
    .abi_minor = TENON_ABI_MINOR,
    .id = TEXT(ID),
    .version = TEXT(VERSION),
    .get_capability = get_capability,
};

const tenon_module *tenon_module_open(const tenon_open_args *args, tenon_error *error) {
  if (args->abi_major == TENON_ABI_MAJOR && args->abi_minor == TENON_ABI_MINOR) return &module;
  static const char message[] = "this plugin was built for another plugin ABI";
  static const char hint[] = "install the plugin and the agent of the same release";
  error->code = TENON_UNSUPPORTED;
  error->retry = TENON_RETRY_AFTER_OPERATOR;
  for (size_t i = 0; i < sizeof(message); i++) error->message[i] = message[i];
  for (size_t i = 0; i < sizeof(hint); i++) error->hint[i] = hint[i];
  return NULL;
}
