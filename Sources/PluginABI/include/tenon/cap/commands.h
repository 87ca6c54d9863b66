/*
 * tenon/cap/commands.h - commands a plugin adds to the host's command line, as data.
 *
 * The host derives validation, --help and completion from the tables and calls the function through
 * libffi with the natural C type of each parameter. Forward calls only, fixed arity, at most
 * TENON_COMMAND_MAX_PARAMETERS parameters. Nobody can check that a function takes what its table says:
 * keep the two next to each other.
 *
 *   kind             C type of the argument
 *   TEXT, PATH,      const char *   zero terminated, UTF-8, null when not given
 *   CHOICE
 *   FLAG             int32_t        0 or 1
 *   INT64            int64_t
 *   UINT64           uint64_t
 *   DOUBLE           double
 *   DURATION         int64_t        nanoseconds
 */
#ifndef TENON_CAP_COMMANDS_H
#define TENON_CAP_COMMANDS_H

#include "../base.h"
#include "../host.h"
#include "../host/task.h"

#define TENON_CAP_COMMANDS_ID "tenon.commands/1"
#define TENON_COMMAND_MAX_PARAMETERS 16u

#define TENON_PARAMETER_FLAG 1u
#define TENON_PARAMETER_TEXT 2u
#define TENON_PARAMETER_PATH 3u
#define TENON_PARAMETER_CHOICE 4u
#define TENON_PARAMETER_INT64 5u
#define TENON_PARAMETER_UINT64 6u
#define TENON_PARAMETER_DOUBLE 7u
#define TENON_PARAMETER_DURATION 8u

#define TENON_PARAMETER_REQUIRED 1u
/*
 * Given as a word of its own, in table order, and not as a flag; `name` is what usage texts call it.
 * Not for FLAG; a required one does not follow one that is not.
 */
#define TENON_PARAMETER_POSITIONAL 2u

typedef struct tenon_parameter {
  uint32_t struct_size;
  uint32_t kind;  /* TENON_PARAMETER_* */
  uint32_t flags; /* TENON_PARAMETER_REQUIRED, TENON_PARAMETER_POSITIONAL */
  uint32_t reserved;
  const char *name;     /* long flag without dashes, [a-z][a-z0-9-]* */
  const char *help;     /* one line */
  const char *fallback; /* default as the user would type it, or null */
  const char *choices;  /* CHOICE: names separated by '|' */
  const char *env;      /* environment variable that supplies a missing value, or null */
} tenon_parameter;

/*
 * The first argument of every command function. Output goes to the sinks, never to the process's
 * stdout or stderr.
 *
 * `host` offers the services of an instance, and to commands of the authority's program the tokens of the
 * method that the manifest names (tenon/host/tokens.h). Its storage service is bound to the destination the
 * command names in a parameter called "storage" (a path or destination URI); when the command has no
 * such parameter, or it is not given, there is no storage service.
 */
typedef struct tenon_call {
  uint32_t struct_size;
  uint32_t flags;
  const tenon_host *host;
  const tenon_task *task;
  tenon_sink out; /* standard output */
  tenon_sink err; /* standard error */
  tenon_error *error;
  /*
   * [any] GET https://<address>/webapi/find, answered from the host's own transport, as JSON in `out`.
   * `address` is host:port. Errors are filled like those of any service. The only network a command
   * gets.
   */
  int32_t (*find)(const struct tenon_call *call, tenon_bytes address, tenon_sink out,
                  tenon_error *error);
  void *ctx;
  /*
   * [any] Writes the file that the user named in a PATH parameter of this call, and no other
   * (TENON_REFUSED): as a whole and durable, mode 0600, missing folders included. A file that is
   * there already is an error and stays as it is unless `replace` is not 0. `path` is as given.
   */
  int32_t (*write_file)(const struct tenon_call *call, tenon_bytes path, tenon_bytes content,
                        int32_t replace, tenon_error *error);
} tenon_call;

/*
 * int32_t function(const tenon_call *call, <one argument per parameter, in table order>);
 * [instance] Returns the process exit code, 0 or 1. On 1 the error object is filled.
 */
typedef void (*tenon_command_function)(void);

typedef struct tenon_command {
  uint32_t struct_size;
  uint32_t parameter_count;
  const char *name; /* words separated by one space, e.g. "keypair create" */
  const char *summary;
  const char *details; /* longer help text, or null */
  const tenon_parameter *parameters;
  tenon_command_function function;
} tenon_command;

typedef struct tenon_cap_commands {
  uint32_t struct_size;
  uint32_t command_count;
  const tenon_command *commands;
} tenon_cap_commands;

TENON_STATIC_ASSERT(sizeof(tenon_parameter) == 56, "tenon_parameter layout");
TENON_STATIC_ASSERT(sizeof(tenon_call) == 88, "tenon_call layout");
TENON_STATIC_ASSERT(sizeof(tenon_command) == 48, "tenon_command layout");
TENON_STATIC_ASSERT(sizeof(tenon_cap_commands) == 16, "tenon_cap_commands layout");

#endif
