#!/usr/bin/env bash
# Plants mistakes in small copies of the tree and sees that the scripts notice.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
repository=$PWD
work=$(mktemp -d "${TMPDIR:-/tmp}/tenon-scripts.XXXXXX")
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

# check <sentence> <0 or 1> <regular expression for the output> <command>...
check() {
  local sentence=$1 expected=$2 expression=$3 status=0
  shift 3
  "$@" >"$work/log" 2>&1 || status=1
  if ((status == expected)) && grep -qE -- "$expression" "$work/log"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf 'scripts: FAILED: %s (status %d)\n' "$sentence" "$status"
    tail -n 15 "$work/log" | sed 's/^/  /'
  fi
}

# tree <name> : a checkout with the scripts, the headers and nothing else.
tree() {
  local tree=$work/$1
  mkdir -p "$tree/Sources/Host" "$tree/Plugins" "$tree/Tests/Fuzz" "$tree/.ci"
  cp -r "$repository/scripts" "$tree/"
  cp -r "$repository/Sources/PluginABI" "$tree/Sources/"
  cp "$repository/.swift-format" "$tree/"
  printf '#!/usr/bin/env bash\n' >"$tree/.ci/run"
  printf 'let name = "tenon"\n' >"$tree/Package.swift"
  git -C "$tree" init -q
  echo "$tree"
}

# --- lint ---

lint=$(tree lint)
check "lint accepts a clean tree" 0 'clean' "$lint/scripts/lint.sh"
plant() { # plant <sentence> <expression> <file> <text>
  mkdir -p "$(dirname "$lint/$3")"
  printf '%b' "$4" >"$lint/$3"
  check "$1" 1 "$2" "$lint/scripts/lint.sh"
  rm "$lint/$3"
}
plant "lint refuses full Foundation" 'Host/A.swift:1:' Sources/Host/A.swift 'public import Foundation\n'
plant "lint refuses try!" 'try!' Sources/Host/A.swift 'let a = try! read()\n'
plant "lint refuses as!" 'as!' Sources/Host/A.swift 'let a = b as! Int\n'
plant "lint refuses fatalError" 'fatalError' Plugins/A.swift 'func a() { fatalError("no") }\n'
plant "lint refuses an unchecked promise without its proof" 'proves' Sources/Host/A.swift \
  'final class A: @unchecked Sendable {}\n'
plant "lint refuses unfinished work" 'issue tracker' Sources/Host/A.swift "// TO""DO: later\n"
plant "lint refuses a badly formatted file" 'swift format' Sources/Host/A.swift 'let   a=1\n'
plant "lint refuses a header that is no C" 'not clean as c11' \
  Sources/PluginABI/include/tenon/odd.h 'class A {};\n'
plant "lint refuses a header that is no C++" 'not clean as c\+\+17' \
  Sources/PluginABI/include/tenon/odd.h 'struct a { int class; };\n'
plant "lint refuses a broken script" 'shellcheck' scripts/odd.sh '#!/bin/sh\nread -r a b < $(x\n'
printf '// Held by one thread only.\nfinal class A: @unchecked Sendable {}\n' >"$lint/Sources/Host/A.swift"
check "lint accepts an unchecked promise with its proof" 0 'clean' "$lint/scripts/lint.sh"

# --- install ---

install=$(tree install)
mkdir -p "$install/.build/debug" "$install/build/plugins"
check "install refuses when nothing is built" 1 'make build' env PREFIX="$work/p" "$install/scripts/install.sh"
for program in tenon tenond tenonctl; do
  cp /bin/true "$install/.build/debug/$program"
done
check "install refuses without plugins" 1 'make plugins' env PREFIX="$work/p" "$install/scripts/install.sh"
cp /bin/true "$install/build/plugins/a.so"
check "install copies below DESTDIR" 0 'installed' \
  bash -c "umask 000; DESTDIR=$work/dest PREFIX=/opt/tenon '$install/scripts/install.sh'"
check "installed files and folders are writable by their owner alone" 0 '^$' \
  bash -c "find '$work/dest/opt/tenon' ! -type l -perm /022 | grep . || echo"
check "install makes the links of the guides" 0 'tenonctl' \
  bash -c "readlink '$work/dest/opt/tenon/bin/tbot' | grep -x tenon && readlink '$work/dest/opt/tenon/bin/tctl'"
check "install copies the headers" 0 'TENON_PLUGIN_H' cat "$work/dest/opt/tenon/include/tenon/plugin.h"
check "install takes the release build when there is one" 0 'release build' \
  bash -c "mkdir -p '$install/.build-release/release' &&
    for p in tenon tenond tenonctl; do cp /bin/false '$install/.build-release/release/'\$p; done &&
    PREFIX='$work/p2' '$install/scripts/install.sh' && ! '$work/p2/bin/tenon'"
check "install takes the build that is asked for" 0 'debug build' \
  bash -c "TENON_BUILD=debug PREFIX='$work/p3' '$install/scripts/install.sh' && '$work/p3/bin/tenon'"
check "install refuses a build it does not know" 1 'debug or release' \
  env TENON_BUILD=fast PREFIX="$work/p4" "$install/scripts/install.sh"

# --- budgets ---

budgets=$(tree budgets)
check "budgets refuse to judge nothing" 1 'make plugins' "$budgets/scripts/check-budgets.sh"
mkdir -p "$budgets/build/plugins" "$budgets/.build-release/release"
judge() { check "$1" "$2" "$3" "$budgets/scripts/check-budgets.sh"; }
for name in tenon-bound-keypair-agent tenon-identity-output tenon-tpm-agent; do
  cp /bin/true "$budgets/build/plugins/$name.so"
done
judge "budgets accept small plugins, and say that no program was judged" 0 'only the plugins'
{ cat /bin/true && head -c 150000 /dev/zero; } >"$budgets/build/plugins/large.so"
judge "budgets refuse a plugin over 150 KB" 1 'large.so has [0-9]+ bytes, its budget is 150000$'
rm "$budgets/build/plugins/large.so"
gcc -shared -nostdlib -Wl,-soname,libswiftCore.so -x c /dev/null -o "$work/libswiftCore.so"
gcc -shared -nostdlib -Wl,--no-as-needed -x c /dev/null -x none "$work/libswiftCore.so" \
  -o "$budgets/build/plugins/swift.so"
judge "budgets refuse a plugin that needs the Swift runtime" 1 'swift.so needs a Swift library'
rm "$budgets/build/plugins/swift.so"
program=$budgets/.build-release/release/tenon
cp /bin/true "$program"
judge "budgets accept a small program and its root file system" 0 'root file system .* of +34000000'
judge "budgets judge what TPM support adds" 0 'what TPM support adds to it +[0-9]+ of +8000000'
# The plugin itself is small; what it is linked to counts as well.
gcc -shared -nostdlib -x c /dev/null -o "$work/libstack.so" && truncate -s 8000000 "$work/libstack.so"
cp "$budgets/build/plugins/tenon-tpm-agent.so" "$work/small.so"
gcc -shared -nostdlib -Wl,--no-as-needed -x c /dev/null -x none "$work/libstack.so" \
  -o "$budgets/build/plugins/tenon-tpm-agent.so"
judge "budgets refuse TPM support that brings libraries of over 8 MB" 1 \
  'what TPM support adds to it has 80[0-9]+ bytes, its budget is 8000000$'
cp "$work/small.so" "$budgets/build/plugins/tenon-tpm-agent.so"
truncate -s 28000001 "$program"
judge "budgets refuse a program over 28 MB" 1 'release/tenon has 28000001 bytes'
{ cat /bin/true && printf 'FoundationInternationalization'; } >"$program"
judge "budgets refuse a program with full Foundation in it" 1 'full Foundation'
cp /bin/true "$program"
sed -i 's/^budget_root=.*/budget_root=1000000/' "$budgets/scripts/budgets.sh"
judge "budgets refuse a root file system over its budget" 1 'root file system .* its budget is 1000000'
rm "$budgets/build/plugins/tenon-identity-output.so"
judge "budgets refuse to judge a root file system that lacks a plugin" 1 'tenon-identity-output'

# --- demo ---

# demo <tree> <command prefix>... : runs the demo of a tree that has everything the demo takes.
demo() {
  local tree=$1
  shift
  mkdir -p "$tree/tmp" "$tree/.build/debug" "$tree/build"
  cp -r "$repository/build/plugins" "$tree/build/"
  cp "$repository"/.build/debug/{tenon,tenond,tenonctl} "$tree/.build/debug/"
  chmod 0711 "$work"
  if (($# > 0)); then chown -R 64999:64999 "$tree"; fi
  (cd "$tree" && "$@" env HOME="$tree/tmp" TMPDIR="$tree/tmp" TENON_BUILD=debug scripts/demo.sh)
  local status=$?
  rm -rf "$tree/.build" "$tree/tmp"
  return "$status"
}

# Most people are not root, and an ordinary user may do less with sockets, files and priorities. Root
# becomes one here, with an account that only this process sees.
ordinary=()
if [[ $(id -u) == 0 ]]; then
  { cat /etc/passwd && echo 'tenon-demo:x:64999:64999::/:/bin/sh'; } >"$work/passwd"
  ordinary=(unshare --mount sh -c "mount --bind '$work/passwd' /etc/passwd &&
    exec setpriv --reuid=64999 --regid=64999 --clear-groups \"\$@\"" sh)
fi
if [[ $(id -u) != 0 ]] || unshare --mount true 2>/dev/null; then
  check "the demo holds for an ordinary user" 0 '^Every step held$' demo "$(tree ordinary)" "${ordinary[@]}"
else
  echo "scripts: skipped: the demo for an ordinary user needs the right to mount"
fi
stranger=$(tree stranger)
sed -i "s|^TrustedUserCAKeys .*|TrustedUserCAKeys \$folder/host_key.pub|" "$stranger/scripts/loopback.sh"
check "the demo fails when sshd trusts another authority" 1 '^The demo stopped at: log in to OpenSSH' \
  demo "$stranger"
bare=$(tree bare)
sed -i '/^PATH=/i rm "$place"/usr/lib/tenon/plugins/*agent.so' "$bare/scripts/demo.sh"
check "the demo fails when the agent lacks its plugin" 1 '^The demo stopped at: join with a one-time' demo "$bare"
spent=$(tree spent)
sed -i "s|^secret=.*|&x|" "$spent/scripts/demo.sh"
check "the demo fails when the registration secret is wrong" 1 '^The demo stopped at: join with a one-time' \
  demo "$spent"
foreign=$(tree foreign)
sed -i "s|^run tctl create -f bot-token.yaml|sed -i /public_hash/y/0123/1230/ bot-token.yaml; &|" \
  "$foreign/scripts/demo.sh"
sed -i "s|mktemp -d /tmp/tenon-tpm.XXXXXX|mkdir '$work/tpm' \&\& echo '$work/tpm'|" \
  "$foreign/scripts/loopback.sh"
check "the demo fails when the token allows another TPM" 1 '^The demo stopped at: join with the TPM' \
  demo "$foreign"
check "a demo that failed leaves no simulated TPM behind" 0 '^none$' \
  bash -c "[[ ! -e '$work/tpm' ]] && ! pgrep -ax swtpm | grep -F '$work/tpm' && echo none"

# --- generated code ---

check "the generated code is that of its .proto files" 0 'belongs to' scripts/proto.sh --sums
if [[ -x .build-proto/generator/.build/release/protoc-gen-swift ]]; then
  check "the generated code comes out again, byte for byte" 0 'up to date' scripts/proto.sh --check
fi
proto=$(tree proto)
mkdir -p "$proto/Sources/Wire"
cp -r Sources/Wire/Protos Sources/Wire/Generated "$proto/Sources/Wire/"
echo '// changed' >>"$proto/Sources/Wire/Protos/host/join.proto"
check "a .proto that changed without its code is noticed" 1 'run make proto' "$proto/scripts/proto.sh" --sums

# --- fuzzing ---

fuzz=$(tree fuzz)
cat >"$fuzz/Tests/Fuzz/Trap.swift" <<'SWIFT'
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  precondition(count < 3 || bytes[0] != 0x54 || bytes[1] != 0x65)
  return 0
}
SWIFT
check "the fuzz runner reports a target that traps" 1 'Trap failed' \
  env FUZZ_SECONDS=60 "$fuzz/scripts/fuzz-smoke.sh"

echo "scripts: $passed passed, $failed failed"
((failed == 0 && passed > 0))
