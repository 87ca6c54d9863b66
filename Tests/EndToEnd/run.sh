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

suite_begin end-to-end
export SSL_CERT_FILE=$authority_ca
suite_run Tests/EndToEnd/cases
