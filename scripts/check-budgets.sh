#!/usr/bin/env bash
# Fails when something that was built is larger than its budget (scripts/budgets.sh).
#
# The plugins must be there. The program and the root file system are judged when the release is.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/budgets.sh
source scripts/budgets.sh

failed=0
refuse() {
  printf 'budgets: %s\n' "$*" >&2
  failed=1
}
judge() { # judge <what> <bytes> <budget>
  if (($2 > $3)); then
    refuse "$1 has $2 bytes, its budget is $3"
  else
    printf 'budgets: %-52s %9d of %9d bytes\n' "$1" "$2" "$3"
  fi
}

if ! compgen -G 'build/plugins/*.so' >/dev/null; then
  refuse "no plugin in build/plugins; run make plugins first"
  exit 1
fi
for plugin in build/plugins/*.so; do
  judge "$plugin" "$(stat -c %s "$plugin")" "$budget_plugin"
  # A plugin carries no Swift runtime and nothing of the host.
  if readelf -d "$plugin" | grep -qE 'NEEDED.*(swift|Foundation)'; then
    refuse "$plugin needs a Swift library; build it in Embedded mode"
  fi
done

release=.build-release/release
if [[ ! -x $release/tenon ]]; then
  echo "budgets: $release/tenon is not built; only the plugins were judged"
  exit "$failed"
fi
judge "$release/tenon" "$(stat -c %s "$release/tenon")" "$budget_tenon"
if readelf -d "$release/tenon" | grep -qE 'NEEDED.*(swift|Foundation)' ||
  grep -qa 'FoundationInternationalization' "$release/tenon"; then
  refuse "$release/tenon carries the Swift runtime as a library, or full Foundation"
fi

place=$(mktemp -d "${TMPDIR:-/tmp}/tenon-budgets.XXXXXX")
trap 'rm -rf "$place"' EXIT
install -D -m 0755 "$release/tenon" "$place/usr/bin/tenon"
install -D -m 0644 -t "$place/usr/lib/tenon/plugins" build/plugins/*.so
root_size=$(scripts/rootfs.sh "$place/usr" "$place/root")
judge 'root file system (agent, bound_keypair, identity)' "$root_size" "$budget_root"
tpm_size=$(scripts/rootfs.sh "$place/usr" "$place/tpm-root" tenon-tpm-agent)
judge 'what TPM support adds to it' $((tpm_size - root_size)) "$budget_tpm"
exit "$failed"
