#!/usr/bin/env bash
# Makes the smallest root file system that runs the agent with bound_keypair and the identity output:
# the program, the two plugins it needs, and the shared libraries all three are linked to.
#
#   scripts/rootfs.sh <installed tree> <folder> [plugin]...
#
# Plugins that are named come in besides, with what they are linked to: tenon-tpm-agent, for one.
# Prints the bytes of its files. The folder must not exist yet.
set -euo pipefail

tree=$1
root=$2
shift 2
if [[ ! -x $tree/bin/tenon ]]; then
  echo "rootfs: there is no $tree/bin/tenon; run make install PREFIX=$tree first" >&2
  exit 1
fi
mkdir "$root"
mkdir -p "$root"/{bin,etc,proc,tmp,lib/tenon/plugins}

plugins=()
for name in tenon-bound-keypair-agent tenon-identity-output "$@"; do
  plugins+=("$tree/lib/tenon/plugins/$name.so")
done
install -m 0755 "$tree/bin/tenon" "$root/bin/tenon"
install -m 0644 "${plugins[@]}" "$root/lib/tenon/plugins/"
while IFS= read -r library; do
  mkdir -p "$root$(dirname "$library")"
  install -m 0755 "$(readlink -f "$library")" "$root$library"
done < <(ldd "$tree/bin/tenon" "${plugins[@]}" | sed -nE 's|^\s+(.* => )?(/[^ ]+) \(0x.*|\2|p' | sort -u)
printf '127.0.0.1 localhost\n' >"$root/etc/hosts"

find "$root" -type f -printf '%s\n' | awk '{ sum += $1 } END { print sum }'
