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

suite=$(mktemp -d "${TMPDIR:-/tmp}/tenon-peers.XXXXXX")
cleanup() {
  loopback_stop
  if [[ -z ${KEEP:-} ]]; then rm -rf "$suite"; else echo "kept $suite"; fi
}
trap cleanup EXIT

if ! scripts/peers.sh; then
  echo "peers: 0 passed, 1 failed"
  exit 1
fi
# shellcheck disable=SC2034
python=$PWD/.venv-peers/bin/python
peers=$PWD/Tests/Peers

if [[ -z ${TENON_TEST_TREE:-} ]]; then
  TENON_BUILD=debug DESTDIR='' PREFIX=$suite/usr scripts/install.sh || exit 1
  TENON_TEST_TREE=$suite/usr
fi
PATH=$TENON_TEST_TREE/bin:$PATH

if ! loopback_authority "$suite/authority" example.test; then
  echo "peers: 0 passed, 1 failed"
  exit 1
fi
export TENON_ADMIN_SOCKET=$authority_socket

# shellcheck source=Tests/Peers/client.sh
source "$peers/client.sh"
for file in "$peers"/cases/*.sh; do
  # shellcheck source=/dev/null
  source "$file"
done

echo "peers: $passed passed, $failed failed"
((failed == 0 && passed > 0))
