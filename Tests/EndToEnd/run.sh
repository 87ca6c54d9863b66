#!/usr/bin/env bash
# Drives the installed programs as an operator would, against an authority on loopback.
#
#   Tests/EndToEnd/run.sh               installs the current build into a temporary folder first
#   ONLY=expired Tests/EndToEnd/run.sh  only cases whose sentence, function or file holds the word
#   KEEP=1 Tests/EndToEnd/run.sh        leaves the folder of the run
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=scripts/loopback.sh
source scripts/loopback.sh
# shellcheck source=Tests/EndToEnd/harness.sh
source Tests/EndToEnd/harness.sh
umask 022

suite=$(mktemp -d "${TMPDIR:-/tmp}/tenon-end-to-end.XXXXXX")
cleanup() {
  loopback_stop
  while read -r mounted; do umount "$mounted"; done < <(
    awk -v suite="$suite" 'index($2, suite) == 1 { print $2 }' /proc/mounts)
  if [[ -z ${KEEP:-} ]]; then rm -rf "$suite"; else echo "kept $suite"; fi
}
trap cleanup EXIT

if [[ -z ${TENON_TEST_TREE:-} ]]; then
  TENON_BUILD=debug DESTDIR='' PREFIX=$suite/usr scripts/install.sh || exit 1
  TENON_TEST_TREE=$suite/usr
fi
export TENON_TEST_TREE
PATH=$TENON_TEST_TREE/bin:$PATH
# shellcheck disable=SC2034
repository=$PWD
cases=$PWD/Tests/EndToEnd

if ! loopback_authority "$suite/authority" example.test; then
  echo "end-to-end: 0 passed, 1 failed"
  exit 1
fi
export TENON_ADMIN_SOCKET=$authority_socket
export SSL_CERT_FILE=$authority_ca

for file in "$cases"/cases/*.sh; do
  # shellcheck source=/dev/null
  source "$file"
done

echo "end-to-end: $passed passed, $failed failed$( ((skipped)) && echo ", $skipped skipped")"
((failed == 0 && passed > 0))
