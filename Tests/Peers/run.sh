#!/usr/bin/env bash
# Joins between Tenon and the Python peers, which share no code with it: the Python client against
# tenond, the agent against the Python authority.
#
#   Tests/Peers/run.sh                 installs the current build into a temporary folder first
#   ONLY=recover Tests/Peers/run.sh    only cases whose sentence or function holds the word
#   KEEP=1 Tests/Peers/run.sh          leaves the folder of the run
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=scripts/loopback.sh
source scripts/loopback.sh
# shellcheck source=Tests/EndToEnd/harness.sh
source Tests/EndToEnd/harness.sh
umask 022

suite_name=peers
scripts/peers.sh || suite_impossible
# shellcheck disable=SC2034
python=$PWD/.venv-peers/bin/python
# shellcheck disable=SC2034
peers=$PWD/Tests/Peers

suite_begin peers
# shellcheck source=Tests/Peers/client.sh
source "$peers/client.sh"
suite_run Tests/Peers/cases
