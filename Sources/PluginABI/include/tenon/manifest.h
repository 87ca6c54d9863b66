/*
 * tenon/manifest.h - what a plugin says of itself before any of its code runs.
 *
 * The manifest is a JSON document in an allocated ELF note: owner "Tenon", type TENON_MANIFEST_TYPE,
 * at most TENON_MANIFEST_MAX_BYTES. The host finds it through the program headers, so stripping does
 * not lose it. Every key is checked, unknown keys are an error.
 *
 *   manifest      1
 *   id            reverse DNS, e.g. "com.example.badge-reader"; at most 128 bytes, [a-z0-9.-]
 *   version       semantic version of the plugin
 *   abi           {"major": 0, "minor": 1}
 *   summary       one line
 *   runtime       "c", "c++", "rust", "go", "swift-embedded"
 *   threading     "any" (default) or "pinned"
 *   capabilities  list of capability ids the module offers; "tenon.self-test/1" and "tenon.allowances/1"
 *                 need no section of their own, every other one of "tenon." has the section below that
 *                 describes it
 *   needs         list of "tpm", "network", "exec"; shown to the operator, and a hardened unit of
 *                 `install systemd` opens the devices behind them
 *   records       names of storage records the plugin may touch, see tenon/host/storage.h
 *   join_method   {"name", "init_field", "config": [key...]}; init_field is the field number of the
 *                 method's init message in teleport.join.v1.JoinRequest; absent: the extension
 *                 message at field 50000 is used, which only tenond serves
 *   join_verifier {"name", "init_field", "generation": "enforced"|"logged",
 *                 "ca": {"type", "algorithms": {"<suite>": "<key algorithm>"}},
 *                 "listed": [path...], "secret_token_names": bool, "recovery"}; `ca` asks the authority for a
 *                 certificate authority set aside for the method; `listed` names the fields that
 *                 listings of tokens show, never secrets, as "spec.<field>" or "status.<field>" below
 *                 the method's sections; with `secret_token_names` they mask the names;
 *                 `recovery` are the words of the command of `tenonctl` that lets a locked-out machine
 *                 come back when the name of its token follows them, for the texts of locks
 *   output        {"type", "directories": bool, "config": [key...]}
 *   tokens        name of the join method whose tokens the plugin's commands may read and change, see
 *                 tenon/host/tokens.h
 *   commands      list of {"name": "keypair create", "summary", "program"}; must equal the command
 *                 table; "program" is "agent" (default: `tenon` has the command) or "authority"
 *                 (`tenonctl` has it)
 *
 * A config key is {"key", "type", "help"} with optional "default", "required", "secret", "values",
 * "env", "file", "file_optional", "alias". Types: "string", "bool", "int", "duration", "path",
 * "list", "enum" (with "values"). "env" names an environment variable that supplies a missing value;
 * "file" names a sibling key whose value is a path: the trimmed content of that file is the value
 * and wins over both. Setting the key and its "file" sibling together is an error. A file that
 * cannot be read is an error; with "file_optional": true it is a warning, and the key absent.
 * "alias" is another spelling of the key. Keys of a join method may have two more: "flag", e.g.
 * "--badge-code", a flag of `start` that gives the value in place of the configuration file, and
 * "join_uri": true on the one key of type "string" whose value a join URI carries as its parameter.
 * The host resolves all of that; the plugin receives plain values.
 */
#ifndef TENON_MANIFEST_H
#define TENON_MANIFEST_H

#include "base.h"

#define TENON_MANIFEST_OWNER "Tenon"
#define TENON_MANIFEST_TYPE 0x54454E31u /* "TEN1" */
#define TENON_MANIFEST_MAX_BYTES 16384u
#define TENON_EXTENSION_FIELD 50000u
#define TENON_MANIFEST_NEEDS "tpm network exec" /* the words "needs" may hold */

/* Emits the note. Use once, at file scope, in a C file of the plugin:
 *   TENON_MANIFEST("{\"manifest\":1,...}")                                                        */
#define TENON_MANIFEST(json)                                                                       \
  __attribute__((used, retain, section(".note.tenon.manifest"), aligned(4))) static const struct { \
    uint32_t namesz, descsz, type;                                                                 \
    char name[8];                                                                                  \
    char desc[(sizeof(json) + 2u) & ~3u];                                                          \
  } tenon_manifest_note = {sizeof(TENON_MANIFEST_OWNER), sizeof(json) - 1u, TENON_MANIFEST_TYPE,   \
                           TENON_MANIFEST_OWNER, json};                                            \
  TENON_STATIC_ASSERT(sizeof(json) - 1u <= TENON_MANIFEST_MAX_BYTES, "manifest too large")

#endif
