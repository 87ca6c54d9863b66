/* The manifest of the operator's commands, and their static tables: data, so that opening it runs no Swift. */
#include "BoundKeypairOperatorManifest.h"

#define ID "dev.tenon.bound-keypair-operator"
#define VERSION "0.1.0"

#define REQUEST_ROTATION "ask the machine of a token for a new key at its next join"
#define RECOVER "let the machine of a token come back once, whatever keeps it out"
#define UNBIND "forget the machine of a token, so that another may register"
#define SET "change how the machine of a token may come back"
#define COMMAND(name, summary)                                                                     \
  "{\"name\":\"bound-keypair " name "\",\"program\":\"authority\",\"summary\":\"" summary "\"}"

TENON_MANIFEST(
    "{\"manifest\":1,"
    "\"id\":\"" ID "\",\"version\":\"" VERSION "\",\"abi\":{\"major\":0,\"minor\":1},"
    "\"summary\":\"what an operator does to tokens that bind a key pair to one machine\","
    "\"runtime\":\"swift-embedded\",\"threading\":\"any\","
    "\"capabilities\":[\"tenon.commands/1\"],\"needs\":[],\"records\":[],"
    "\"tokens\":\"bound_keypair\","
    "\"commands\":[" COMMAND("request-rotation", REQUEST_ROTATION) "," COMMAND("recover", RECOVER)
    "," COMMAND("unbind", UNBIND) "," COMMAND("set", SET) "]}");

#define TOKEN                                                                                      \
  {.struct_size = sizeof(tenon_parameter),                                                         \
   .kind = TENON_PARAMETER_TEXT,                                                                   \
   .flags = TENON_PARAMETER_REQUIRED | TENON_PARAMETER_POSITIONAL,                                 \
   .name = "token",                                                                                \
   .help = "name of the token"}

static const tenon_parameter token_parameters[] = {TOKEN};

static const tenon_parameter recover_parameters[] = {
    TOKEN,
    {.struct_size = sizeof(tenon_parameter),
     .kind = TENON_PARAMETER_TEXT,
     .name = "public-key",
     .help = "bind this key instead, for a machine that has an older one: a line of its id_bkp.pub"},
};

static const tenon_parameter set_parameters[] = {
    TOKEN,
    {.struct_size = sizeof(tenon_parameter),
     .kind = TENON_PARAMETER_CHOICE,
     .name = "mode",
     .help = "how strictly a machine without a certificate may come back",
     .choices = "standard|relaxed|insecure"},
    {.struct_size = sizeof(tenon_parameter),
     .kind = TENON_PARAMETER_INT64,
     .name = "limit",
     .help = "how many recoveries mode standard allows in all, the first join included; -1 leaves it",
     .fallback = "-1"},
};

#define BOUND_KEYPAIR(word, text, more, list, call)                                                \
  {.struct_size = sizeof(tenon_command),                                                           \
   .parameter_count = sizeof list / sizeof *list,                                                  \
   .name = "bound-keypair " word,                                                                  \
   .summary = text,                                                                                \
   .details = more,                                                                                \
   .parameters = list,                                                                             \
   .function = (tenon_command_function)call}

static const tenon_command command_table[] = {
    BOUND_KEYPAIR("request-rotation", REQUEST_ROTATION, 0, token_parameters,
                  tenon_bkp_request_rotation),
    BOUND_KEYPAIR("recover", RECOVER,
                  "Removes every lock on the token, and asks for no join state and counts no earlier\n"
                  "recovery at the next join. For a machine whose storage you restored from a backup,\n"
                  "whose recoveries are used up, or whose disk was copied and the copy is gone.",
                  recover_parameters, tenon_bkp_recover),
    BOUND_KEYPAIR("unbind", UNBIND,
                  "For a machine that was replaced or reinstalled. The token gets a new registration\n"
                  "secret unless it names a key or a secret itself. Locks stay.",
                  token_parameters, tenon_bkp_unbind),
    BOUND_KEYPAIR("set", SET, 0, set_parameters, tenon_bkp_set),
};

static const tenon_cap_commands commands = {
    .struct_size = sizeof(tenon_cap_commands),
    .command_count = sizeof command_table / sizeof *command_table,
    .commands = command_table,
};

#define CAPABILITIES OFFER(TENON_CAP_COMMANDS_ID, commands)
#include "../../module.h"
