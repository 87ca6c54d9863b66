#!/bin/sh
# Prepares the Python peers of the tests: a virtual environment in .venv-peers with grpcio, cryptography and prometheus_client, and stubs generated
# from Sources/Wire/Protos/peers. Does nothing when everything is up to date.
# usage: scripts/peers.sh
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
environment=$root/.venv-peers
protos=$root/Sources/Wire/Protos/peers
packages="grpcio==1.85.1 grpcio-tools==1.85.1 protobuf==7.36.2 cryptography==50.0.2 prometheus_client==0.26.0"

want=$({
  echo "$packages"
  find "$protos" -name '*.proto' -print0 | sort -z | xargs -0 cat
} | sha256sum | cut -d' ' -f1)
[ "$(cat "$environment/stamp" 2>/dev/null || true)" != "$want" ] || exit 0

command -v python3 >/dev/null 2>&1 || {
  echo "scripts/peers.sh: python3 is missing: apt-get install python3 python3-venv" >&2
  exit 1
}
[ -x "$environment/bin/python" ] || python3 -m venv "$environment"
# shellcheck disable=SC2086
"$environment/bin/pip" install --quiet --disable-pip-version-check $packages

stubs=$environment/stubs
rm -rf "$stubs"
mkdir -p "$stubs"
cd "$protos"
find . -name '*.proto' -print0 | sort -z | xargs -0 "$environment/bin/python" -m grpc_tools.protoc \
  -I . --python_out="$stubs" --grpc_python_out="$stubs"
echo "$want" >"$environment/stamp"
