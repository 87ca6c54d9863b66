/*
 * tenon/cap/allowances.h - what a join method lets a client do a limited number of times, for whoever
 * watches over it. The host shows it as metrics and decides nothing by it.
 *
 * A plugin that offers tenon.join-method/1 fills `held`, one with tenon.join-verifier/1 fills `granted`,
 * one with both fills both; the other slot is NULL. Either writes one JSON array of at most
 * TENON_ALLOWANCES_MAX_BYTES and TENON_ALLOWANCES_MAX entries:
 *
 *   [{"name":"recoveries","used":1,"limit":3}]
 *
 *   name   1 to 32 of [a-z0-9_], unique in the array and the same in both halves
 *   used   how often it has been done, a whole number
 *   limit  how often it may be done in all, a whole number; left out while there is no limit
 *
 * Names and numbers are public: whoever reads metrics sees them.
 */
#ifndef TENON_CAP_ALLOWANCES_H
#define TENON_CAP_ALLOWANCES_H

#include "../base.h"
#include "join_method.h"
#include "join_verifier.h"

#define TENON_CAP_ALLOWANCES_ID "tenon.allowances/1"
#define TENON_ALLOWANCES_MAX_BYTES 4096u
#define TENON_ALLOWANCES_MAX 8u

typedef struct tenon_cap_allowances {
  uint32_t struct_size;
  uint32_t flags; /* 0 */
  /*
   * [instance] What the authority said at the last join, from the instance's records; "[]" before the
   * first. Called between joins, never during one.
   */
  int32_t (*held)(tenon_join_method *method, tenon_sink out, tenon_error *error);
  /* [instance] What a token grants, from its spec and status as `begin` gets them. Pure. */
  int32_t (*granted)(tenon_join_verifier *verifier, tenon_bytes spec, tenon_bytes status,
                     tenon_sink out, tenon_error *error);
} tenon_cap_allowances;

TENON_STATIC_ASSERT(sizeof(tenon_cap_allowances) == 24, "tenon_cap_allowances layout");
TENON_STATIC_ASSERT(offsetof(tenon_cap_allowances, held) == 8, "tenon_cap_allowances layout");

#endif
