#!/usr/bin/env bash
# Reads every source file once for style, once for what the house does not allow. Builds nothing.
#
#   scripts/lint.sh            all checks; each names file and line, and the run fails if any did
#   scripts/lint.sh --format   rewrites the Swift files in the house format instead
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

failed=0
report() { # report <check> <text>
  printf 'lint: %s\n' "$1" >&2
  printf '%s\n' "$2" | sed 's/^/  /' >&2
  failed=1
}

mapfile -d '' swift_files < <(
  find Package.swift Sources Plugins Tests -name '*.swift' -not -path '*/Generated/*' \
    -not -path '*/.build*/*' -print0 | sort -z)
mapfile -d '' product_files < <(
  find Sources Plugins -name '*.swift' -not -path '*/Generated/*' -print0 | sort -z)
mapfile -d '' headers < <(find Sources/PluginABI/include -name '*.h' -print0 | sort -z)
mapfile -d '' shell_files < <(
  { find scripts Tests -name '*.sh' -print0; printf '.ci/run\0'; } | sort -z)
for file in Package.swift .ci/run; do
  [[ -f $file ]] || { echo "lint: $file is missing" >&2; exit 1; }
done

if [[ ${1:-} == --format ]]; then
  exec swift format format --in-place --parallel "${swift_files[@]}"
fi

# Style.
if ! out=$(swift format lint --strict --parallel "${swift_files[@]}" 2>&1); then
  report "swift format (make format repairs most of it)" "$out"
fi

# The ABI headers, each on its own, in both languages.
for header in "${headers[@]}"; do
  for language in c:c11:gcc c++:c++17:g++; do
    IFS=: read -r kind standard compiler <<<"$language"
    if ! out=$("$compiler" -x "$kind" "-std=$standard" -fsyntax-only -Wall -Wextra -Wpedantic \
      -Werror -include "$header" /dev/null 2>&1); then
      report "$header is not clean as $standard" "$out"
    fi
  done
done

# Shell.
if command -v shellcheck >/dev/null; then
  if ! out=$(shellcheck --severity=warning --external-sources "${shell_files[@]}" 2>&1); then
    report "shellcheck" "$out"
  fi
else
  report "shellcheck" "not installed; run make deps"
fi

# What the house does not allow. Comments count too: a forbidden name in a comment is a lead to it.
forbid() { # forbid <what> <extended regex> <file>...
  local what=$1 regex=$2 out
  shift 2
  (($# > 0)) || return 0
  out=$(grep -nHIE -- "$regex" "$@" | grep -v 'lint:allow' || true)
  [[ -z $out ]] || report "$what" "$out"
}

forbid "try! is not allowed; handle or pass on the error" '\btry!' "${swift_files[@]}"
forbid "as! is not allowed; use as? and say what to do otherwise" '\bas!' "${product_files[@]}"
forbid "fatalError is not allowed; use a typed error, or precondition for programmer error" \
  '\bfatalError\(' "${product_files[@]}"
forbid "print and debugPrint write past the logger and the output sinks" \
  '^[[:space:]]*(debugPrint|dump)\(' "${product_files[@]}"
forbid "unfinished work belongs into the issue tracker" '\b(TODO|FIXME|XXX|HACK)\b' \
  "${swift_files[@]}" "${headers[@]}"
forbid "full Foundation costs the agent 40 MB; import FoundationEssentials" \
  '^[[:space:]]*((public|package|internal|private|fileprivate|@[A-Za-z]+)[[:space:]]+)*import[[:space:]]+((struct|class|enum|func|var|typealias|protocol)[[:space:]]+)?Foundation([.[:space:]]|$)' \
  "${product_files[@]}"
mapfile -t tracked < <(git ls-files -co --exclude-standard | grep -v '^scripts/lint\.sh$')
forbid "a path of one machine" '(^|[^[:alnum:]_}])(/work/(main|wt|shared|in)\b|/home/[a-z]+/|/Users/|/root/)' "${tracked[@]}"

# An unchecked promise to the compiler needs its proof beside it.
for file in "${product_files[@]}"; do
  out=$(awk -v file="$file" '
    /@unchecked Sendable|nonisolated\(unsafe\)|@unsafe/ && !/^[[:space:]]*\/\// {
      if (previous !~ /\/\// && $0 !~ /\/\//) printf "%s:%d:%s\n", file, FNR, $0
    }
    !/^[[:space:]]*(@|$)/ { previous = $0 }' "$file")
  [[ -z $out ]] || report "an unchecked promise needs a comment above it that proves it" "$out"
done

if ((failed)); then
  echo "lint: failed" >&2
  exit 1
fi
echo "lint: ${#swift_files[@]} Swift files, ${#headers[@]} headers, ${#shell_files[@]} scripts clean"
