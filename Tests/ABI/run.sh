#!/usr/bin/env bash
# Sees that make abi-check refuses what breaks a plugin and allows what does not.
exec "$(dirname "$0")/../../scripts/abi-check.sh" --self-test
