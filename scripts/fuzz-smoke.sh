#!/usr/bin/env bash
# Builds and runs the fuzz targets of Tests/Fuzz; see Tests/Fuzz/README.md for their shape.
#
#   [FUZZ_SECONDS=10] scripts/fuzz-smoke.sh [Name]...
#
# Built by hand and not by SwiftPM, which cannot link libFuzzer's main. Objects are kept in
# .build-fuzz and rebuilt when a source is newer.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${FUZZ_SECONDS:-10}
out=.build-fuzz
mkdir -p "$out"

flags=(-swift-version 6 -parse-as-library -wmo -O -g -package-name tenon
  -enable-upcoming-feature ExistentialAny
  -enable-upcoming-feature MemberImportVisibility
  -enable-upcoming-feature InternalImportsByDefault
  "-sanitize=fuzzer,address" -use-ld=lld -I "$out"
  -I Sources/CFFI -I Sources/CYAML -I Sources/CSQLite -I Sources/COpenSSL)

# SwiftPM writes these module maps itself; swiftc needs them spelled out.
for room in PluginABI CLinux; do
  mkdir -p "$out/maps/$room"
  printf 'module %s {\n  umbrella "%s"\n  export *\n}\n' \
    "$room" "$PWD/Sources/$room/include" >"$out/maps/$room/module.modulemap"
  flags+=(-Xcc "-fmodule-map-file=$out/maps/$room/module.modulemap")
done

# newer <product> <file>... : true when the product is missing or one of the files is newer.
newer() {
  local product=$1 file
  shift
  [[ -e $product ]] || return 0
  for file in "$@"; do
    [[ $file -nt $product ]] && return 0
  done
  return 1
}

build_module() { # build_module <room>
  local room=$1
  if [[ $room == CLinux ]]; then
    if newer "$out/CLinux.o" Sources/CLinux/*.c Sources/CLinux/include/*.h; then
      clang -g -O1 -fsanitize=address -ISources/CLinux/include -c Sources/CLinux/CLinux.c \
        -o "$out/CLinux.o"
    fi
    return
  fi
  local -a files
  mapfile -t files < <(find Sources Plugins -path "Sources/$room/*.swift" -o -path "Plugins/*/$room/*.swift" | sort)
  if ((${#files[@]} == 0)); then
    echo "fuzz: no Swift room called $room" >&2
    exit 1
  fi
  if newer "$out/$room.o" "${files[@]}" "$0"; then
    swiftc "${flags[@]}" -module-name "$room" -c "${files[@]}" -o "$out/$room.o" \
      -emit-module -emit-module-path "$out/$room.swiftmodule" -enable-testing
  fi
}

field() { sed -n "s|^// $2: *||p" "$1" | head -n 1; }

passed=0
failed=0
run_target() { # run_target <file>
  local file=$1 name binary link
  name=$(basename "$file" .swift)
  local -a modules=() patterns=() sources=() objects=() linkage=()
  read -ra modules <<<"$(field "$file" modules)"
  read -ra patterns <<<"$(field "$file" sources)"
  link=$(field "$file" link)
  read -ra linkage <<<"$link"
  local module pattern
  for module in "${modules[@]}"; do
    build_module "$module" || return 1
    objects+=("$out/$module.o")
  done
  for pattern in "${patterns[@]}"; do
    mapfile -t -O "${#sources[@]}" sources < <(compgen -G "$pattern" | sort)
  done
  binary="$out/$name"
  if newer "$binary" "$file" "${sources[@]}" "${objects[@]}" "$0"; then
    swiftc "${flags[@]}" -module-name "Fuzz$name" "$file" "${sources[@]}" "${objects[@]}" \
      "${linkage[@]}" -emit-module-path "$out/Fuzz$name.swiftmodule" -emit-executable \
      -o "$binary" || return 1
  fi

  local corpus="Tests/Fuzz/Corpus/$name" found="$out/found-$name" log="$out/$name.log"
  mkdir -p "$found"
  local -a seeds=()
  [[ -d $corpus ]] && seeds=("$corpus")
  # New inputs go to the first directory; the committed corpus is only read. A crash leaves its input
  # in .build-fuzz. swift-backtrace would hang on a crash inside libFuzzer.
  if ! SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0 "$binary" "$found" "${seeds[@]}" \
    -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
    -artifact_prefix="$out/crash-$name-" >"$log" 2>&1; then
    tail -n 25 "$log" >&2
    echo "fuzz: $name failed; the input is $out/crash-$name-*, the log $log" >&2
    return 1
  fi
  printf 'fuzz: %-22s %s runs\n' "$name" \
    "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")"
}

targets=()
if (($# > 0)); then
  for name in "$@"; do targets+=("Tests/Fuzz/$name.swift"); done
else
  mapfile -t targets < <(find Tests/Fuzz -maxdepth 1 -name '*.swift' | sort)
fi

for target in "${targets[@]}"; do
  if run_target "$target"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
  fi
done
echo "fuzz: $passed passed, $failed failed"
((failed == 0 && passed > 0))
