#!/usr/bin/env bash
# Installs what a build of Tenon needs and this machine lacks. Says nothing when nothing is missing.
#
#   scripts/deps.sh            Debian packages, then the Python environment of the peers
#   scripts/deps.sh --list     prints the Debian packages it asks for
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(
  # compilers and headers of the C libraries
  build-essential pkg-config libssl-dev libtss2-dev libffi-dev libyaml-dev libsqlite3-dev
  protobuf-compiler
  # what the demo and the end-to-end tests drive
  openssh-server openssh-client openssl jq python3-venv python3-cryptography python3-yaml
  # the software TPM of the TPM tests, and a second TPM stack to check against
  swtpm swtpm-tools tpm2-tools
  # reads and rates the units of the agent; needs not run
  systemd
  # checks and measurements
  abigail-tools shellcheck hyperfine binutils
)

if [[ ${1:-} == --list ]]; then
  printf '%s\n' "${packages[@]}"
  exit 0
fi

swift_found=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' | head -n 1)
if [[ -z $swift_found ]]; then
  echo "deps: no swift in PATH; install Swift 6.3 or later, see https://www.swift.org/install" >&2
  exit 1
fi
if [[ $(printf '%s\n6.3\n' "$swift_found" | sort -V | head -n 1) != 6.3 ]]; then
  echo "deps: swift $swift_found is too old; Tenon needs 6.3 or later" >&2
  exit 1
fi

missing=()
for package in "${packages[@]}"; do
  state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  [[ $state == installed ]] || missing+=("$package")
done

if ((${#missing[@]} > 0)); then
  if ! command -v apt-get >/dev/null; then
    echo "deps: no apt-get here; install the equivalents of: ${missing[*]}" >&2
    exit 1
  fi
  as_root=()
  if [[ $(id -u) != 0 ]]; then
    if ! command -v sudo >/dev/null; then
      echo "deps: needs root or sudo to install: ${missing[*]}" >&2
      exit 1
    fi
    as_root=(sudo)
  fi
  echo "deps: installing ${missing[*]}"
  log=$(mktemp)
  trap 'rm -f "$log"' EXIT
  if ! {
    "${as_root[@]}" apt-get update -q &&
      "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -q -y --no-install-recommends "${missing[@]}"
  } >"$log" 2>&1; then
    tail -n 30 "$log" >&2
    echo "deps: apt-get failed, its last lines are above" >&2
    exit 1
  fi
fi

if [[ -x scripts/peers.sh ]]; then
  scripts/peers.sh
fi
