/* The manifest of the agent half, and its static tables: data, so that opening it runs no Swift. */
#include "BoundKeypairAgentManifest.h"

#define ID "dev.tenon.bound-keypair-agent"
#define VERSION "0.1.0"

TENON_MANIFEST(
    "{\"manifest\":1,"
    "\"id\":\"" ID "\",\"version\":\"" VERSION "\",\"abi\":{\"major\":0,\"minor\":1},"
    "\"summary\":\"joins by a key pair that the authority binds to this machine\","
    "\"runtime\":\"swift-embedded\",\"threading\":\"any\","
    "\"capabilities\":[\"tenon.join-method/1\",\"tenon.commands/1\",\"tenon.allowances/1\"],\"needs\":[],"
    "\"records\":[\"id_bkp\",\"id_bkp.pub\",\"bkp_state\",\"bkp_key_history.json\"],"
    "\"join_method\":{\"name\":\"bound_keypair\",\"init_field\":3,\"config\":["
    "{\"key\":\"registration_secret\",\"type\":\"string\",\"secret\":true,"
    "\"env\":\"TBOT_REGISTRATION_SECRET\",\"file\":\"registration_secret_path\","
    "\"flag\":\"--registration-secret\",\"join_uri\":true,"
    "\"help\":\"one-time secret of the first join\"},"
    "{\"key\":\"registration_secret_path\",\"type\":\"path\","
    "\"flag\":\"--registration-secret-path\","
    "\"help\":\"file that holds the secret of the first join\"},"
    "{\"key\":\"static_private_key\",\"type\":\"string\",\"secret\":true,"
    "\"env\":\"TBOT_BOUND_KEYPAIR_STATIC_KEY\",\"file\":\"static_private_key_path\","
    "\"file_optional\":true,\"alias\":\"static_key\","
    "\"help\":\"private key kept outside the storage, as PEM or the base64 of PEM\"},"
    "{\"key\":\"static_private_key_path\",\"type\":\"path\","
    "\"flag\":\"--static-key-path\",\"alias\":\"static_key_path\","
    "\"help\":\"file that holds the private key kept outside the storage\"}]},"
    "\"commands\":[{\"name\":\"keypair create\","
    "\"summary\":\"create the bound keypair before the first join\"}]}");

static const tenon_cap_join_method join_method = {
    .struct_size = sizeof(tenon_cap_join_method),
    .create = tenon_bkp_create,
    .destroy = tenon_bkp_destroy,
    .begin = tenon_bkp_begin,
    .step = tenon_bkp_step,
    .finish = tenon_bkp_finish,
    .abort = tenon_bkp_abort,
};

static const tenon_parameter keypair_create_parameters[] = {
    {.struct_size = sizeof(tenon_parameter),
     .kind = TENON_PARAMETER_TEXT,
     .name = "storage",
     .help = "directory of the bot's storage, or a destination URI; needed without --static"},
    {.struct_size = sizeof(tenon_parameter),
     .kind = TENON_PARAMETER_TEXT,
     .flags = TENON_PARAMETER_REQUIRED,
     .name = "proxy-server",
     .help = "host:port asked for the cluster's signature algorithm suite",
     .env = "TELEPORT_PROXY"},
    {.struct_size = sizeof(tenon_parameter),
     .kind = TENON_PARAMETER_FLAG,
     .name = "overwrite",
     .help = "replace an existing keypair"},
    {.struct_size = sizeof(tenon_parameter),
     .kind = TENON_PARAMETER_CHOICE,
     .name = "format",
     .help = "how the public key is printed",
     .fallback = "text",
     .choices = "text|json"},
    {.struct_size = sizeof(tenon_parameter),
     .kind = TENON_PARAMETER_FLAG,
     .name = "static",
     .help = "print the private key too and store nothing, for machines without a lasting disk"},
    {.struct_size = sizeof(tenon_parameter),
     .kind = TENON_PARAMETER_PATH,
     .name = "static-key-path",
     .help = "with --static: write the private key into this file instead of printing it"},
};

static const tenon_command command_table[] = {
    {.struct_size = sizeof(tenon_command),
     .parameter_count = 6,
     .name = "keypair create",
     .summary = "create the bound keypair before the first join",
     .details = "The public key is printed for the token's\n"
                "spec.bound_keypair.onboarding.initial_public_key. An existing keypair is left alone "
                "and printed again.",
     .parameters = keypair_create_parameters,
     .function = (tenon_command_function)tenon_bkp_keypair_create},
};

static const tenon_cap_commands commands = {
    .struct_size = sizeof(tenon_cap_commands),
    .command_count = 1,
    .commands = command_table,
};

static const tenon_cap_allowances allowances = {
    .struct_size = sizeof(tenon_cap_allowances),
    .held = tenon_bkp_held,
};

#define CAPABILITIES \
  OFFER(TENON_CAP_JOIN_METHOD_ID, join_method) OFFER(TENON_CAP_COMMANDS_ID, commands) \
  OFFER(TENON_CAP_ALLOWANCES_ID, allowances)
#include "../../module.h"
