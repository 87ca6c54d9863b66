/* tenon/plugin.h - everything a plugin needs, in one include. */
#ifndef TENON_PLUGIN_H
#define TENON_PLUGIN_H

#include "base.h"
#include "cap/allowances.h"
#include "cap/commands.h"
#include "cap/join_method.h"
#include "cap/join_verifier.h"
#include "cap/output.h"
#include "cap/self_test.h"
#include "host.h"
#include "host/ca.h"
#include "host/clock.h"
#include "host/cluster.h"
#include "host/config.h"
#include "host/event.h"
#include "host/key.h"
#include "host/log.h"
#include "host/random.h"
#include "host/secret.h"
#include "host/storage.h"
#include "host/task.h"
#include "host/tokens.h"
#include "manifest.h"
#include "module.h"

#endif
