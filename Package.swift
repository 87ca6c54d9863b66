// swift-tools-version:6.2
import PackageDescription

// `TENON_PLUGINS_EMBEDDED=1` turns the package into its plugins alone, in Embedded Swift and without
// any dependency: that is how the shared objects ship. Without it the same sources build in ordinary
// Swift beside the host, which is how the tests see them.
let embedded = Context.environment["TENON_PLUGINS_EMBEDDED"] == "1"

let common: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]
let portable: [SwiftSetting] =
  embedded
  ? common + [
    .enableExperimentalFeature("Embedded"),
    // A section per function lets the linker drop what a plugin does not call: 60 % of the object.
    .unsafeFlags(["-wmo", "-Osize", "-Xfrontend", "-function-sections"]),
  ]
  : common
let fastLink: [LinkerSetting] = [.unsafeFlags(["-use-ld=lld"])]

/// One plugin module: logic that the tests import, and an entry target that holds the exported symbol.
func plugin(_ name: String, directory: String, shared: [Target.Dependency] = []) -> [Target] {
  [
    .target(
      name: name,
      dependencies: ["PluginKit", "Documents"] + shared,
      path: "Plugins/\(directory)/\(name)",
      swiftSettings: portable)
  ]
    + (embedded
      ? [
        .target(
          name: "\(name)Manifest",
          dependencies: ["PluginABI"],
          path: "Plugins/\(directory)/\(name)Manifest"),
        .target(
          name: "\(name)Entry",
          dependencies: [
            "PluginABI", "PluginKit", .target(name: "\(name)Manifest"), .target(name: name),
          ],
          path: "Plugins/\(directory)/\(name)Entry",
          swiftSettings: portable),
      ] : [])
}

let foundation: [Target] = [
  .target(name: "PluginABI"),
  .target(name: "Documents", swiftSettings: portable),
  .target(name: "PluginKit", dependencies: ["PluginABI", "Documents"], swiftSettings: portable),
]

let plugins: [Target] =
  [
    .target(
      name: "BoundKeypairMessages",
      dependencies: ["PluginKit", "Documents"],
      path: "Plugins/BoundKeypairJoin/BoundKeypairMessages",
      swiftSettings: portable)
  ]
  + plugin("BoundKeypairAgent", directory: "BoundKeypairJoin", shared: ["BoundKeypairMessages"])
  + plugin("BoundKeypairAuthority", directory: "BoundKeypairJoin", shared: ["BoundKeypairMessages"])
  + plugin("BoundKeypairOperator", directory: "BoundKeypairJoin")
  + plugin("IdentityOutput", directory: "IdentityOutput")
  + [
    .systemLibrary(
      name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .target(
      name: "TPMMessages",
      dependencies: ["PluginABI", "PluginKit"],
      path: "Plugins/TPMJoin/TPMMessages",
      swiftSettings: portable),
    .target(
      name: "TPMStructures", path: "Plugins/TPMJoin/TPMStructures", swiftSettings: portable),
  ]
  + plugin(
    "TPMAuthority", directory: "TPMJoin",
    shared: ["TPMMessages", "TPMStructures", "COpenSSL", "PluginABI"])
  + [
    .systemLibrary(
      name: "CTSS2", path: "Plugins/TPMJoin/CTSS2", pkgConfig: "tss2-esys",
      providers: [.apt(["libtss2-dev"])]),
    .target(
      name: "TPMSystem", path: "Plugins/TPMJoin/TPMSystem",
      linkerSettings: [.linkedLibrary("crypto")]),
  ]
  + plugin(
    "TPMAgent", directory: "TPMJoin",
    shared: ["TPMMessages", "CTSS2", "TPMSystem", "PluginABI"])

let rooms: [Target] = [
  .systemLibrary(name: "CFFI", pkgConfig: "libffi", providers: [.apt(["libffi-dev"])]),
  .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
  .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
  .target(name: "CLinux"),
  .target(name: "YAML", dependencies: ["CYAML", "Documents"], swiftSettings: common),
  .target(
    name: "Wire",
    dependencies: [
      "CLinux", "Documents",
      .product(name: "GRPCCore", package: "grpc-swift-2"),
      .product(name: "GRPCNIOTransportHTTP2", package: "grpc-swift-nio-transport"),
      .product(name: "GRPCProtobuf", package: "grpc-swift-protobuf"),
      .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      .product(name: "NIOCore", package: "swift-nio"),
      .product(name: "NIOPosix", package: "swift-nio"),
      .product(name: "NIOHTTP1", package: "swift-nio"),
      .product(name: "NIOTLS", package: "swift-nio"),
      .product(name: "NIOSSL", package: "swift-nio-ssl"),
      .product(name: "NIOHTTP2", package: "swift-nio-http2"),
      .product(name: "X509", package: "swift-certificates"),
      .product(name: "SwiftASN1", package: "swift-asn1"),
      .product(name: "Crypto", package: "swift-crypto"),
    ],
    exclude: ["Protos"],
    swiftSettings: common),
  .target(
    name: "Credentials",
    dependencies: [
      "Documents",
      .product(name: "Crypto", package: "swift-crypto"),
      .product(name: "_CryptoExtras", package: "swift-crypto"),
      .product(name: "X509", package: "swift-certificates"),
      .product(name: "SwiftASN1", package: "swift-asn1"),
    ],
    swiftSettings: common),
  .target(
    name: "PluginHost",
    dependencies: ["PluginABI", "CFFI", "CLinux", "Documents", "Credentials"],
    swiftSettings: common),
  .target(
    name: "Daemon", dependencies: ["CLinux", "Documents", "PluginHost", "Wire"],
    swiftSettings: common),
  .target(
    name: "Host",
    dependencies: [
      "CLinux", "Documents", "YAML", "Wire", "Credentials", "PluginHost", "Daemon",
    ],
    swiftSettings: common),
  .target(
    name: "Authority",
    dependencies: [
      "CLinux", "CSQLite", "Documents", "YAML", "Wire", "Credentials", "PluginHost", "Daemon",
      .product(name: "ArgumentParser", package: "swift-argument-parser"),
    ],
    swiftSettings: common),
  .executableTarget(
    name: "tenon", dependencies: ["Host"], swiftSettings: common, linkerSettings: fastLink),
  .executableTarget(
    name: "tenond", dependencies: ["Authority"], swiftSettings: common, linkerSettings: fastLink),
  .executableTarget(
    name: "tenonctl", dependencies: ["Authority"], swiftSettings: common, linkerSettings: fastLink),
]

func tests(
  _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []
) -> Target {
  .testTarget(
    name: name, dependencies: dependencies, exclude: exclude, swiftSettings: common,
    linkerSettings: fastLink)
}

let suites: [Target] = [
  tests("DocumentsTests", ["Documents", "YAML"], exclude: ["peer.py"]),
  tests("PluginKitTests", ["PluginABI", "PluginKit"]),
  tests("PluginHostTests", ["PluginHost", "Host", "Documents", "Credentials", "plugin-probe"]),
  // What `tenon plugin validate-open` is to the agent: the child that runs a plugin's code.
  .executableTarget(
    name: "plugin-probe", dependencies: ["PluginHost"], path: "Tests/PluginZoo/Probe",
    swiftSettings: common, linkerSettings: fastLink),
  // Loads and call costs that `make bench` measures from within a process.
  .executableTarget(
    name: "tenon-bench", dependencies: ["PluginABI", "PluginHost", "Credentials", "Wire"],
    path: "Tests/Bench", swiftSettings: common, linkerSettings: fastLink),
  tests("CredentialsTests", ["Credentials"]),
  tests("DaemonTests", ["Daemon", "Documents", "PluginHost", "Wire"]),
  tests(
    "WireTests",
    [
      "Wire",
      .product(name: "X509", package: "swift-certificates"),
      .product(name: "SwiftASN1", package: "swift-asn1"),
      .product(name: "Crypto", package: "swift-crypto"),
    ], exclude: ["Support/tls_page.py"]),
  tests(
    "BoundKeypairTests",
    [
      "BoundKeypairAgent", "BoundKeypairAuthority", "BoundKeypairMessages",
      "BoundKeypairOperator", "Credentials", "Documents", "PluginHost", "PluginKit",
    ], exclude: ["README.md"]),
  tests(
    "TPMVerifierTests",
    [
      "COpenSSL", "Documents", "PluginHost", "PluginKit", "TPMAuthority", "TPMMessages",
      "TPMStructures",
      .product(name: "X509", package: "swift-certificates"),
      .product(name: "SwiftASN1", package: "swift-asn1"),
      .product(name: "Crypto", package: "swift-crypto"),
    ], exclude: ["README.md"]),
  tests(
    "TPMJoinTests",
    ["Documents", "PluginABI", "PluginHost", "PluginKit", "TPMAgent", "TPMMessages", "YAML"],
    exclude: ["Support/joiner.c"]),
  tests(
    "IdentityOutputTests", ["IdentityOutput", "Documents", "PluginHost"],
    exclude: ["Fixtures", "Golden"]),
  tests(
    "HostTests", ["Host", "Credentials", "Daemon", "Documents", "PluginHost", "Wire"],
    exclude: ["Support/Plugins", "Golden"]),
  tests(
    "AuthorityTests",
    [
      "Authority", "BoundKeypairMessages", "Credentials", "Daemon", "Documents", "PluginHost",
      "PluginKit", "Wire",
    ],
    exclude: ["Verifiers"]),
  tests("ArchitectureTests", ["Documents"]),
]

let package = Package(
  name: "tenon",
  products: embedded
    ? [
      .library(
        name: "tenon-bound-keypair-agent", type: .static, targets: ["BoundKeypairAgentEntry"]),
      .library(
        name: "tenon-bound-keypair-authority", type: .static,
        targets: ["BoundKeypairAuthorityEntry"]),
      .library(
        name: "tenon-bound-keypair-operator", type: .static,
        targets: ["BoundKeypairOperatorEntry"]),
      .library(name: "tenon-identity-output", type: .static, targets: ["IdentityOutputEntry"]),
      .library(name: "tenon-tpm-agent", type: .static, targets: ["TPMAgentEntry"]),
      .library(name: "tenon-tpm-authority", type: .static, targets: ["TPMAuthorityEntry"]),
    ]
    : [
      .executable(name: "tenon", targets: ["tenon"]),
      .executable(name: "tenond", targets: ["tenond"]),
      .executable(name: "tenonctl", targets: ["tenonctl"]),
    ],
  dependencies: embedded
    ? []
    : [
      .package(url: "https://github.com/grpc/grpc-swift-2.git", from: "2.4.3"),
      .package(url: "https://github.com/grpc/grpc-swift-nio-transport.git", from: "2.9.2"),
      .package(url: "https://github.com/grpc/grpc-swift-protobuf.git", from: "2.4.1"),
      .package(url: "https://github.com/apple/swift-protobuf.git", from: "1.39.0", traits: []),
      .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
      .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.6"),
      .package(url: "https://github.com/apple/swift-nio-http2.git", from: "1.46.0"),
      .package(url: "https://github.com/apple/swift-certificates.git", from: "1.21.1"),
      .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
      .package(url: "https://github.com/apple/swift-asn1.git", from: "1.7.4"),
      .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
    ],
  targets: embedded ? foundation + plugins : foundation + plugins + rooms + suites,
  swiftLanguageModes: [.v6]
)
