/*
 * tenon/cap/join_method.h - the agent's half of a join: an opaque state machine.
 *
 * The host owns the stream and the outer messages of teleport.join.v1 and moves bytes. A method sees
 * its own messages only:
 *
 *   begin  -> init message, without field 1 (the host puts client_params there)
 *   step   <- (challenge field number, message)   -> (solution field number, message)
 *   finish <- the bot result, without field 1 (certificates)
 *   abort     in place of finish, whenever the join failed
 *
 * For one join: `begin`, then `step` any number of times (the host allows 8), then exactly one of
 * `finish` and `abort`. Messages are at most 64 KiB. One session per instance at a time.
 *
 * Persistence rule: what the authority may already rely on is stored (tenon.host.storage/1) before
 * the message that lets it rely on it is returned. After a crash `begin` must start from whatever
 * prefix of those writes happened.
 */
#ifndef TENON_CAP_JOIN_METHOD_H
#define TENON_CAP_JOIN_METHOD_H

#include "../base.h"
#include "../host.h"
#include "../host/task.h"

#define TENON_CAP_JOIN_METHOD_ID "tenon.join-method/1"
#define TENON_JOIN_MESSAGE_MAX_BYTES 65536u
#define TENON_JOIN_MAX_STEPS 8u

typedef struct tenon_join_method tenon_join_method;   /* an instance */
typedef struct tenon_join_session tenon_join_session; /* one join of an instance */

/* Why the host joins. */
#define TENON_JOIN_FIRST 1u    /* no identity is stored */
#define TENON_JOIN_REFRESH 2u  /* over a connection authenticated by a valid identity */
#define TENON_JOIN_RECOVERY 3u /* the stored identity has expired */

typedef struct tenon_join_params {
  uint32_t struct_size;
  uint32_t purpose;       /* TENON_JOIN_* */
  tenon_bytes suite;      /* from ServerInit: "legacy", "balanced-v1", ... ; empty means legacy */
  tenon_bytes token_name; /* the configured token */
  tenon_bytes public_tls_key; /* the identity key to be certified, SubjectPublicKeyInfo DER */
  tenon_bytes public_ssh_key; /* the same key, SSH wire blob */
} tenon_join_params;

typedef struct tenon_cap_join_method {
  uint32_t struct_size;
  uint32_t flags;
  /* [loader] A new instance. A failed create leaves nothing behind and is not destroyed. */
  int32_t (*create)(const tenon_host *host, tenon_join_method **out, tenon_error *error);
  /* [loader] Frees the instance. No session is open. */
  void (*destroy)(tenon_join_method *method);
  /* [instance] Opens a session and writes the init message (without field 1) to `init`. */
  int32_t (*begin)(tenon_join_method *method, const tenon_join_params *params,
                   const tenon_task *task, tenon_join_session **out, tenon_sink init,
                   tenon_error *error);
  /*
   * [instance] Answers one challenge. *out_field is the field number in ChallengeSolution. An error
   * makes the host send GivingUp with the message as text: TENON_UNSUPPORTED becomes
   * UNSUPPORTED_MESSAGE_TYPE, anything else CHALLENGE_SOLUTION_FAILED. `abort` follows.
   */
  int32_t (*step)(tenon_join_session *session, uint32_t field, tenon_bytes message,
                  const tenon_task *task, uint32_t *out_field, tenon_sink solution,
                  tenon_error *error);
  /*
   * [instance] The join succeeded: stores what the method needs for the next one, then frees the
   * session, also when it returns an error. The new identity takes effect only after TENON_OK.
   */
  int32_t (*finish)(tenon_join_session *session, tenon_bytes result, const tenon_task *task,
                    tenon_error *error);
  /* [instance] The join failed: frees the session. */
  void (*abort)(tenon_join_session *session);
} tenon_cap_join_method;

TENON_STATIC_ASSERT(sizeof(tenon_join_params) == 72, "tenon_join_params layout");
TENON_STATIC_ASSERT(sizeof(tenon_cap_join_method) == 56, "tenon_cap_join_method layout");
TENON_STATIC_ASSERT(offsetof(tenon_cap_join_method, step) == 32, "tenon_cap_join_method layout");

#endif
