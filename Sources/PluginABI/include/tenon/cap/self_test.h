/*
 * tenon/cap/self_test.h - questions a plugin can answer about the machine it is to work on.
 *
 * The checks are data: the host lists them without running anything, asks them one by one in the order
 * of the table, measures the time of each and prints the answers (`tenon doctor`).
 *
 * An instance has the configuration that the plugin's join method or output would have, its records to
 * read (put_all fails), and no session. Without a configuration file it has the defaults of
 * the manifest.
 *
 * A check finds out and changes nothing: what it needs on its way (a loaded key, a temporary object) is
 * gone when it returns, also when it fails. It never waits for a person.
 */
#ifndef TENON_CAP_SELF_TEST_H
#define TENON_CAP_SELF_TEST_H

#include "../base.h"
#include "../host.h"
#include "../host/task.h"

#define TENON_CAP_SELF_TEST_ID "tenon.self-test/1"
#define TENON_SELF_TEST_MAX_CHECKS 32u
#define TENON_CHECK_TEXT_BYTES 512u

typedef struct tenon_self_test tenon_self_test; /* an instance */

/*
 * One check. Static, owned by the plugin. The entries of a table all have the same struct_size, which
 * is the distance from one to the next.
 */
typedef struct tenon_check {
  uint32_t struct_size;
  uint32_t flags;       /* 0 */
  const char *name;     /* stable, unique in the table, [a-z][a-z0-9-]{0,31} */
  const char *question; /* one line of at most 128 bytes: "does the reader answer?" */
} tenon_check;

/* What came of a check (tenon_check_result.outcome). */
#define TENON_CHECK_PASSED 1u
#define TENON_CHECK_WARNING 2u /* works, and somebody should still look at it */
#define TENON_CHECK_FAILED 3u
#define TENON_CHECK_SKIPPED 4u /* could not be asked; the sentence says what stood in the way */

/*
 * Filled by run. The host zeroes it, sets struct_size and lends the sinks, which take
 * TENON_CHECK_TEXT_BYTES each; the plugin sets the outcome and writes UTF-8 text: lower case, no final
 * period, one line, never a secret.
 */
typedef struct tenon_check_result {
  uint32_t struct_size;
  uint32_t outcome;    /* TENON_CHECK_* */
  tenon_sink sentence; /* what was found; never empty */
  tenon_sink remedy;   /* what to do next, when it failed or warns; shown for those two only */
} tenon_check_result;

typedef struct tenon_cap_self_test {
  uint32_t struct_size;
  uint32_t check_count; /* 1 to TENON_SELF_TEST_MAX_CHECKS */
  const tenon_check *checks;
  /* [loader] A new instance. A failed create leaves nothing behind and is not destroyed. */
  int32_t (*create)(const tenon_host *host, tenon_self_test **out, tenon_error *error);
  /* [loader] Frees the instance. */
  void (*destroy)(tenon_self_test *test);
  /*
   * [instance] Asks the check with this index. An error is a check that failed, with its message as the
   * sentence and its hint as the remedy. A check that outlives the task's deadline is reported as stuck
   * and the instance is never called again.
   */
  int32_t (*run)(tenon_self_test *test, uint32_t check, const tenon_task *task,
                 tenon_check_result *result, tenon_error *error);
} tenon_cap_self_test;

TENON_STATIC_ASSERT(sizeof(tenon_check) == 24, "tenon_check layout");
TENON_STATIC_ASSERT(offsetof(tenon_check, name) == 8, "tenon_check layout");
TENON_STATIC_ASSERT(sizeof(tenon_check_result) == 40, "tenon_check_result layout");
TENON_STATIC_ASSERT(offsetof(tenon_check_result, sentence) == 8, "tenon_check_result layout");
TENON_STATIC_ASSERT(sizeof(tenon_cap_self_test) == 40, "tenon_cap_self_test layout");
TENON_STATIC_ASSERT(offsetof(tenon_cap_self_test, run) == 32, "tenon_cap_self_test layout");

#endif
