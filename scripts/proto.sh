#!/bin/sh
# Regenerates Sources/Wire/Generated from Sources/Wire/Protos/host, byte for byte.
# Needs protoc (apt: protobuf-compiler). The Swift generator is built once, in .build-proto, from the
# release of swift-protobuf that Package.swift asks for.
# usage: scripts/proto.sh            regenerate
#        scripts/proto.sh --check    regenerate elsewhere and fail if the committed code differs
set -eu

version=1.39.0
root=$(cd "$(dirname "$0")/.." && pwd)
scratch=$root/.build-proto
generator=$scratch/generator/.build/release/protoc-gen-swift
protos=$root/Sources/Wire/Protos/host
committed=$root/Sources/Wire/Generated

command -v protoc >/dev/null 2>&1 || {
  echo "scripts/proto.sh: protoc is missing: apt-get install protobuf-compiler" >&2
  exit 1
}

stamp=$scratch/generator/version
if [ ! -x "$generator" ] || [ "$(cat "$stamp" 2>/dev/null)" != "$version" ]; then
  mkdir -p "$scratch/generator/Sources/Generator"
  cat >"$scratch/generator/Package.swift" <<EOF
// swift-tools-version:6.1
import PackageDescription

let package = Package(
  name: "generator",
  dependencies: [
    .package(url: "https://github.com/apple/swift-protobuf.git", exact: "$version")
  ],
  targets: [
    .target(
      name: "Generator",
      dependencies: [.product(name: "protoc-gen-swift", package: "swift-protobuf")])
  ])
EOF
  echo "// SwiftPM wants one source file in every target." >"$scratch/generator/Sources/Generator/Empty.swift"
  nice swift build --package-path "$scratch/generator" -c release --product protoc-gen-swift
  echo "$version" >"$stamp"
fi

out=$scratch/out
rm -rf "$out"
mkdir -p "$out"
cd "$protos"
protoc -I . -I "$scratch/generator/.build/checkouts/swift-protobuf/Protos/Sources/SwiftProtobuf" --plugin=protoc-gen-swift="$generator" \
  --swift_opt=Visibility=Internal --swift_opt=UseAccessLevelOnImports=true \
  --swift_opt=FileNaming=DropPath --swift_out="$out" ./*.proto

# This project runs on Linux only and never on full Foundation.
sed -i '/^#if canImport(FoundationEssentials)$/d; /^#else$/,/^#endif$/d' "$out"/*.swift

if [ "${1:-}" = --check ]; then
  diff -r "$out" "$committed" && echo "generated code is up to date"
  exit
fi
rm -rf "$committed"
mkdir -p "$committed"
cp "$out"/*.swift "$committed/"
