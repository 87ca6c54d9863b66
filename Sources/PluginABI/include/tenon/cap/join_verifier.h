/*
 * tenon/cap/join_verifier.h - the authority's half of a join. Pure: no I/O, nothing kept between
 * sessions; everything it decides from comes in through the parameters and the host services.
 *
 *   admit                       when a token of this method is created or replaced
 *   begin, step*, conclude      for each join; `abort` in place of conclude when it failed
 *   confirmed                   when the certificates of the newest join are used for the first time
 *
 * `spec` and `status` are the JSON of spec.<method> and status.<method> of the token. The plugin owns
 * their content, the core stores status with compare-and-swap.
 */
#ifndef TENON_CAP_JOIN_VERIFIER_H
#define TENON_CAP_JOIN_VERIFIER_H

#include "../base.h"
#include "../host.h"

#define TENON_CAP_JOIN_VERIFIER_ID "tenon.join-verifier/1"

typedef struct tenon_join_verifier tenon_join_verifier; /* an instance */
typedef struct tenon_verify_session tenon_verify_session;

/* One problem of a token found by `admit`. */
typedef struct tenon_admit_note {
  tenon_bytes path; /* dotted below spec.<method>, e.g. "recovery.mode"; empty for the whole */
  tenon_bytes message;
} tenon_admit_note;

/* Receives problems; may be called several times. Frozen. */
typedef struct tenon_admit_notes {
  void *ctx;
  void (*note)(void *ctx, tenon_admit_note note);
} tenon_admit_notes;

typedef struct tenon_verify_params {
  uint32_t struct_size;
  uint32_t flags;         /* 0 */
  tenon_bytes token_name;
  tenon_bytes bot_name;   /* spec.bot_name of the token */
  tenon_bytes spec;       /* JSON object */
  tenon_bytes status;     /* JSON object, "{}" when none is stored */
  tenon_bytes role;       /* "Bot" or "Instance" */
  tenon_bytes init;       /* the client's init message without field 1 */
  tenon_bytes instance_id; /* bot instance in the caller's certificate; empty: unauthenticated */
  tenon_bytes lock_message; /* why joins with this token are locked now; empty: no lock */
} tenon_verify_params;

/* What the core has to do next (tenon_verify_action.kind). */
#define TENON_VERIFY_CHALLENGE 1u /* send the message as Challenge.<field> and call step */
#define TENON_VERIFY_ACCEPT 2u    /* issue, then call conclude */
#define TENON_VERIFY_REFUSE 3u    /* answer with an error status; then abort */

/* tenon_verify_action.flags */
#define TENON_ACCEPT_NEW_INSTANCE 1u /* a new bot instance, generation 1; else keep the caller's */
#define TENON_REFUSE_LOCK_TOKEN 2u   /* also write a lock on the token, with `audit` as its message */

/*
 * Filled by begin and step. The core zeroes it, sets struct_size and lends the sinks; the plugin sets
 * kind, flags, field, code and writes to the sinks that belong to the kind.
 */
typedef struct tenon_verify_action {
  uint32_t struct_size;
  uint32_t kind;  /* TENON_VERIFY_* */
  uint32_t flags;
  uint32_t field; /* challenge: field number in Challenge */
  int32_t code;   /* refuse: TENON_REFUSED (access denied), TENON_INVALID_ARGUMENT (bad
                     parameter) or TENON_INTERNAL (unknown) */
  uint32_t reserved;
  tenon_sink message;    /* challenge: its bytes; refuse: text for the client */
  tenon_sink audit;      /* refuse: longer text for the audit log and the lock */
  tenon_sink attributes; /* accept: JSON object of join attributes of the method */
  tenon_sink previous_instance; /* accept with a new instance: the instance it follows, if known */
  /*
   * Audit event of the method, one JSON object {"event": "...", ...} per call. May be written in any
   * kind of action.
   */
  tenon_sink events;
  /*
   * accept: the bot instance of the newest join so far, when nobody has used its certificates yet and
   * this join takes its place. Whoever uses them from now on is refused and locks the token. Nothing is
   * written when this join follows the newest one. Since 0.1 with `confirmed`; struct_size tells.
   */
  tenon_sink replaced_instance;
} tenon_verify_action;

typedef struct tenon_cap_join_verifier {
  uint32_t struct_size;
  uint32_t flags;
  /* [loader] A new instance. A failed create leaves nothing behind and is not destroyed. */
  int32_t (*create)(const tenon_host *host, tenon_join_verifier **out, tenon_error *error);
  /* [loader] Frees the instance. No session is open. */
  void (*destroy)(tenon_join_verifier *verifier);
  /*
   * [instance] Checks spec and completes status when a token is created or replaced. `status` is what
   * the caller sent ("{}" when nothing). Every problem goes to `notes`, then TENON_INVALID_CONFIG is
   * returned; otherwise the status to store is written to `out`.
   */
  int32_t (*admit)(tenon_join_verifier *verifier, tenon_bytes spec, tenon_bytes status,
                   tenon_admit_notes notes, tenon_sink out, tenon_error *error);
  /* [instance] Opens a session and says what to do first. An error is a defect, not a refusal. */
  int32_t (*begin)(tenon_join_verifier *verifier, const tenon_verify_params *params,
                   tenon_verify_session **out, tenon_verify_action *action, tenon_error *error);
  /* [instance] The client's ChallengeSolution.<field>. */
  int32_t (*step)(tenon_verify_session *session, uint32_t field, tenon_bytes solution,
                  tenon_verify_action *action, tenon_error *error);
  /*
   * [instance] After an accept, with the bot instance the certificates name: writes the new status
   * JSON and the fields to add to the bot result (protobuf bytes, without field 1). The core commits
   * the status with compare-and-swap before it sends anything; a lost race discards both. Frees the
   * session, also when it returns an error.
   */
  int32_t (*conclude)(tenon_verify_session *session, tenon_bytes instance_id, tenon_sink status,
                      tenon_sink result, tenon_error *error);
  /* [instance] The join failed: frees the session. */
  void (*abort)(tenon_verify_session *session);
  /*
   * [instance] The client gave up with this reason and text. Writes a refuse action: the method's own
   * error text. `abort` follows.
   */
  int32_t (*gave_up)(tenon_verify_session *session, uint32_t reason, tenon_bytes text,
                     tenon_verify_action *action, tenon_error *error);
  /*
   * [instance] Optional; a table that ends before it leaves it out. The newest certificates of this bot
   * instance were used for the first time, so their join has arrived: writes the status to store. That
   * is `status` as it came when the newest join was not this instance's, or was confirmed before. Asked
   * for methods whose manifest says "generation": "enforced". May be called again for the same use.
   */
  int32_t (*confirmed)(tenon_join_verifier *verifier, tenon_bytes spec, tenon_bytes status,
                       tenon_bytes instance_id, tenon_sink out, tenon_error *error);
} tenon_cap_join_verifier;

TENON_STATIC_ASSERT(sizeof(tenon_admit_note) == 32, "tenon_admit_note is frozen");
TENON_STATIC_ASSERT(sizeof(tenon_verify_params) == 136, "tenon_verify_params layout");
TENON_STATIC_ASSERT(sizeof(tenon_verify_action) == 120, "tenon_verify_action layout");
TENON_STATIC_ASSERT(sizeof(tenon_cap_join_verifier) == 80, "tenon_cap_join_verifier layout");

#endif
