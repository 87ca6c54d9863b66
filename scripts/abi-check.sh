#!/usr/bin/env bash
# Compares the plugin ABI with its released description in docs/abi.
#
#   scripts/abi-check.sh               says what changed; fails unless everything was only added
#   scripts/abi-check.sh --update      writes the description anew
#   scripts/abi-check.sh --self-test   changes copies of the headers and sees that each is judged right
#
# Allowed: a member added at the tail of a struct that starts with struct_size, a new struct, a new
# constant. Refused: everything else, that is a member moved, removed, retyped or put in between, a
# changed function signature, a struct without struct_size that grows, a changed or removed constant.
set -euo pipefail
cd "$(dirname "$0")/.."

baseline=docs/abi/tenon-abi-0.1.abi
constants=docs/abi/tenon-abi-0.1.constants
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# structs <include directory> : the names of all complete structs, one per line.
structs() {
  cat "$1"/tenon/*.h "$1"/tenon/*/*.h |
    sed -nE 's/^typedef struct (tenon_[a-z_]+) \{$/\1/p' | sort
}

# describe <include directory> <out> : compiles a library whose functions name every struct, and
# writes what abidw and the preprocessor see.
describe() {
  local include=$1 out=$2 name
  {
    echo '#include <tenon/plugin.h>'
    while read -r name; do
      echo "void abi_probe_$name(const $name *value); void abi_probe_$name(const $name *value) { (void)value; }"
    done < <(structs "$include")
    echo 'const tenon_module *tenon_module_open(const tenon_open_args *args, tenon_error *error)'
    echo '{ (void)args; (void)error; return 0; }'
  } >"$out.c"
  # The layout assertions guard every build; here they would hide what the comparison has to say.
  gcc -std=c11 -g -fno-eliminate-unused-debug-types -shared -fPIC -I "$include" \
    -include "$work/no-asserts.h" -o "$out.so" "$out.c" || return 1
  abidw --no-corpus-path --no-comp-dir-path --no-show-locs --no-elf-needed --drop-private-types \
    --out-file "$out.abi" "$out.so" || return 1
  # The place of this run is nobody's business.
  sed -i "s| path='[^']*'||" "$out.abi"
  gcc -std=c11 -I "$include" -dM -E "$out.c" | grep -E '^#define TENON_[A-Z0-9_]+ ' |
    grep -vE '^#define TENON_(EXPORT|EXTERN_C|[A-Z_]+_H|MANIFEST|STATIC_ASSERT)\b' |
    sed -E 's/^#define //' | sort >"$out.constants"
}

# sized <include directory> : the structs that start with struct_size, and so may grow at the tail.
sized() {
  cat "$1"/tenon/*.h "$1"/tenon/*/*.h | awk '
    /^typedef struct tenon_[a-z_]+ \{$/ { name = $3; next }
    name != "" && /;/ { if ($0 ~ /uint32_t struct_size;/) print name; name = "" }'
}

# only_grew <leaf report of abidiff> <names of sized structs> : true when every change in the report is
# a member added behind the old end of a sized struct. Any line not understood is a no.
only_grew() {
  awk -v names="$2" '
    BEGIN { count = split(names, list, "\n"); for (i = 1; i <= count; i++) sized[list[i]] = 1 }
    /^$/ || /^Leaf changes summary:/ || /^Changed leaf types summary:/ { next }
    /^Removed\/Changed\/Added (functions|variables) summary: 0 Removed, 0 Changed, / { next }
    /^.struct tenon_[a-z_]+. changed:$/ {
      name = $2; gsub(/[^a-z_]/, "", name); end = -1
      if (!(name in sized)) exit 1
      next
    }
    /^  type size changed from [0-9]+ to [0-9]+ \(in bits\)$/ { end = $5; next }
    /^  [0-9]+ data member insertions?:$/ { next }
    /^    .*, at offset [0-9]+ \(in bits\)$/ {
      if (end < 0 || $(NF - 2) + 0 < end) exit 1
      next
    }
    { exit 1 }' "$1"
}

# compare <include directory> <work name> : prints a report and returns 1 when a plugin could break.
compare() {
  local include=$1 out=$work/$2 status=0
  rm -f "$out".*
  describe "$include" "$out" || return 1
  if ! abidiff --leaf-changes-only --no-show-locs --no-added-syms "$baseline" "$out.abi" \
    >"$out.report" 2>&1 && ! only_grew "$out.report" "$(sized "$include")"; then
    echo "abi-check: the layout or a signature changed:"
    sed 's/^/  /' "$out.report"
    status=1
  fi
  local gone
  gone=$(comm -23 "$constants" "$out.constants")
  if [[ -n $gone ]]; then
    echo "abi-check: constants changed or gone; released were:"
    printf '%s\n' "$gone" | sed 's/^/  /'
    status=1
  fi
  return "$status"
}

printf '%s\n' '#include <tenon/base.h>' '#undef TENON_STATIC_ASSERT' \
  '#define TENON_STATIC_ASSERT(condition, text) _Static_assert(1, text)' >"$work/no-asserts.h"

self_test() {
  local passed=0 failed=0
  # judge <sentence> <expected: 0 allowed, 1 refused> <file> <sed program>
  judge() {
    local copy=$work/copy status=0
    rm -rf "$copy"
    cp -r Sources/PluginABI/include "$copy"
    sed -i -E "$4" "$copy/tenon/$3"
    if cmp -s "Sources/PluginABI/include/tenon/$3" "$copy/tenon/$3"; then
      echo "abi-check: self-test does not change the header: $1"
      failed=$((failed + 1))
      return
    fi
    compare "$copy" copy >"$work/self.log" 2>&1 || status=1
    if ((status == $2)); then
      passed=$((passed + 1))
    else
      echo "abi-check: self-test failed: $1"
      sed 's/^/  /' "$work/self.log"
      failed=$((failed + 1))
    fi
  }
  judge "two members that swap places are refused" 1 base.h \
    '/^  uint32_t retry; /{h;d};/^  int32_t plugin_code; /{G}'
  judge "a member of another type is refused" 1 host/clock.h \
    's/int64_t \(\*wall_ns\)/int32_t (*wall_ns)/'
  judge "a function with one more parameter is refused" 1 host/log.h \
    's/int32_t \(\*enabled\)\(void \*ctx, /int32_t (*enabled)(void *ctx, uint32_t area, /'
  judge "a member put in between is refused" 1 host/random.h \
    's/^  void \*ctx;/  void *ctx;\n  void *extra;/'
  judge "a removed member is refused" 1 host/event.h '/\(\*request_renewal\)/d'
  judge "a member of a smaller type before padding is refused" 1 host/log.h \
    's/^  uint32_t flags;/  uint16_t flags;/'
  judge "a changed and a grown struct together are refused" 1 host/random.h \
    's/^(  int32_t \(\*fill\))\(void \*ctx, (.*)$/\1(\2\n  int32_t (*reseed)(void *ctx);/'
  judge "a frozen struct that grows is refused" 1 base.h \
    's/^  size_t len;/  size_t len;\n  size_t capacity;/'
  judge "a constant with a new value is refused" 1 base.h \
    's/^#define TENON_BUSY 5 /#define TENON_BUSY 6 /'
  judge "a removed constant is refused" 1 base.h '/^#define TENON_NOT_FOUND /d'
  judge "a member added at the tail is allowed" 0 host/random.h \
    's/^(  int32_t \(\*fill\).*)$/\1\n  int32_t (*reseed)(void *ctx);/'
  judge "a new constant is allowed" 0 base.h \
    's/^(#define TENON_BUSY 5 .*)$/\1\n#define TENON_SLEEPING 99/'
  judge "a new struct is allowed" 0 host/random.h \
    's/^(#define TENON_HOST_RANDOM_ID .*)$/\1\ntypedef struct tenon_new {\n  uint32_t struct_size;\n} tenon_new;/'
  echo "abi-check: $passed passed, $failed failed"
  ((failed == 0 && passed > 0))
}

case ${1:-} in
  --update)
    describe Sources/PluginABI/include "$work/now"
    mkdir -p "$(dirname "$baseline")"
    cp "$work/now.abi" "$baseline"
    cp "$work/now.constants" "$constants"
    echo "abi-check: wrote $baseline and $constants"
    ;;
  --self-test) self_test ;;
  '')
    if ! compare Sources/PluginABI/include now; then
      echo "abi-check: plugins built against the released headers may break; append at the tail instead," >&2
      echo "abi-check: or raise the ABI version with a decision record and run make abi-update" >&2
      exit 1
    fi
    echo "abi-check: $(structs Sources/PluginABI/include | wc -l) structs and $(wc -l <"$constants") constants as released"
    ;;
  *)
    echo "usage: scripts/abi-check.sh [--update | --self-test]" >&2
    exit 2
    ;;
esac
