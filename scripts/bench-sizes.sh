# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034
# Sizes: programs, plugins, the smallest root file system. Sourced by bench.sh.

size=$(stat -L -c %s "$work/usr/bin/tenon")
row '`tenon`, release, stripped, static Swift runtime' "$(megabytes "$size")" "$size" "$budget_tenon" MB '14 MB'
for program in tenond tenonctl; do
  size=$(stat -L -c %s "$work/usr/bin/$program")
  row "\`$program\`, the same way" "$(megabytes "$size")" "$size" '' '' ''
done
for plugin in "$work/usr/lib/tenon/plugins"/*.so; do
  size=$(stat -c %s "$plugin")
  row "plugin \`$(basename "$plugin" .so)\`" "$(awk -v b="$size" 'BEGIN { printf "%.1f KB", b / 1e3 }')" \
    "$size" "$budget_plugin" KB '100 KB'
done

root=$work/root
root_size=$(scripts/rootfs.sh "$work/usr" "$root")
row 'root file system: agent, bound_keypair, identity' "$(megabytes "$root_size")" "$root_size" "$budget_root" MB '20 MB'
tpm_size=$(($(scripts/rootfs.sh "$work/usr" "$work/tpm-root" tenon-tpm-agent) - root_size))
rm -rf "$work/tpm-root"
row 'what TPM support adds to it: plugin, tpm2-tss, libcrypto' "$(megabytes "$tpm_size")" "$tpm_size" "$budget_tpm" MB ''
