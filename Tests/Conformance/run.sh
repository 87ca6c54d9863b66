#!/usr/bin/env bash
# The conformance tables of the bound-keypair protocol, row by row, on running authorities: every row with
# the agent and with a client that shares no code with it. README.md lists the rows.
#
#   Tests/Conformance/run.sh                installs the current build into a temporary folder first
#   ONLY=soft Tests/Conformance/run.sh      only rows whose name or client holds the word
#   KEEP=1 Tests/Conformance/run.sh         leaves the folder of the run; TIMES=1 says how long each row took
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=scripts/loopback.sh
source scripts/loopback.sh
# shellcheck source=Tests/EndToEnd/harness.sh
source Tests/EndToEnd/harness.sh
umask 022

suite_name=conformance
scripts/peers.sh || suite_impossible
conformance=("$PWD/.venv-peers/bin/python" "$PWD/Tests/Conformance/conformance.py")

suite_begin conformance
bot test
plain=$suite/authority:$authority_port

# A second authority, whose clock the rows move, and which trusts a second key for join states.
clocked=$suite/clocked
loopback_authority "$clocked" example.test || suite_impossible
loopback_stop_one "$authority_pid"
"${conformance[@]}" standby "$clocked" || suite_impossible
cc -shared -fPIC -O1 -Wall -Wextra -Werror -o "$suite/clock.so" Tests/Conformance/clock.c || suite_impossible
head -c 8 /dev/zero >"$clocked/clock"
LD_PRELOAD=$suite/clock.so TENON_TEST_CLOCK=$clocked/clock loopback_authority "$clocked" example.test ||
  suite_impossible
TENON_ADMIN_SOCKET=$authority_socket bot test

mkdir "$suite/rows"
"${conformance[@]}" run "$plain" "$clocked:$authority_port" "$suite/rows"
