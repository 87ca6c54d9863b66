import PluginABI

/// What a plugin says of itself in its ELF note, checked key by key (`tenon/manifest.h`).
public struct PluginManifest: Sendable, Equatable {
  /// Reverse-DNS id, e.g. `dev.example.badge-join`.
  public var id: String
  /// Semantic version of the plugin.
  public var version: String
  /// The ABI it was built for.
  public var abi: ABIVersion
  /// One line for people.
  public var summary: String
  /// `c`, `c++`, `rust`, `go` or `swift-embedded`.
  public var runtime: String
  /// Whether every call of an instance must come from the same thread. The host keeps that promise
  /// to all plugins; the manifest states it for readers.
  public var isPinned: Bool
  /// Capability ids, in the order given.
  public var capabilities: [String]
  /// What the plugin needs from the machine, in the words of `manifest.h`. Shown to the operator.
  public var needs: [String]
  /// Storage records the plugin may touch.
  public var records: [String]
  public var joinMethod: JoinMethodDeclaration?
  public var joinVerifier: JoinVerifierDeclaration?
  public var output: OutputDeclaration?
  /// The join method whose tokens its commands may read and change.
  public var tokens: String?
  public var commands: [CommandDeclaration]

  /// Whether the plugin can answer questions about the machine it is to work on.
  public var hasSelfTest: Bool { capabilities.contains(TENON_CAP_SELF_TEST_ID) }
}

/// A version of the plugin ABI.
public struct ABIVersion: Sendable, Equatable, CustomStringConvertible {
  public var major: UInt32
  public var minor: UInt32

  public var description: String { "\(major).\(minor)" }
}

/// A join method as its manifest declares it.
public struct JoinMethodDeclaration: Sendable, Equatable {
  /// The name in `onboarding.join_method`.
  public var name: String
  /// Field number of the init message in `JoinRequest`; nil: the extension message.
  public var initField: UInt32?
  /// Field number that is on the wire.
  public var messageField: UInt32 { initField ?? TENON_EXTENSION_FIELD }
  /// Keys of the section `onboarding.<name>`.
  public var config: [ConfigKey]
}

/// A verifier as its manifest declares it.
public struct JoinVerifierDeclaration: Sendable, Equatable {
  /// The name in a token's `spec.join_method`.
  public var name: String
  /// Field number of the init message in `JoinRequest`; nil: the extension message.
  public var initField: UInt32?
  /// Field number that is on the wire.
  public var messageField: UInt32 { initField ?? TENON_EXTENSION_FIELD }
  /// Whether a wrong certificate generation is refused and locked, or only logged.
  public var enforcesGeneration: Bool
  /// The certificate authority the method wants for itself.
  public var authority: MethodAuthorityDeclaration?
  /// Fields of a token that a listing shows, never secrets: `spec.…` or `status.…`, dotted, below the
  /// method's sections.
  public var listed: [String]
  /// Whether knowing a token's name is all it takes to join, so that listings hide it.
  public var hasSecretTokenNames: Bool
  /// Words of the command that lets a machine come back when the name of its token follows them.
  public var recovery: String?

  public init(
    name: String, initField: UInt32? = nil, enforcesGeneration: Bool,
    authority: MethodAuthorityDeclaration? = nil, listed: [String] = [],
    hasSecretTokenNames: Bool = false, recovery: String? = nil
  ) {
    self.name = name
    self.initField = initField
    self.enforcesGeneration = enforcesGeneration
    self.authority = authority
    self.listed = listed
    self.hasSecretTokenNames = hasSecretTokenNames
    self.recovery = recovery
  }
}

/// A certificate authority set aside for one join method.
public struct MethodAuthorityDeclaration: Sendable, Equatable {
  /// The type under which the authority is stored and listed.
  public var type: String
  /// Key algorithm by signature suite; every suite has one.
  public var algorithms: [String: String]
}

/// An output as its manifest declares it.
public struct OutputDeclaration: Sendable, Equatable {
  /// The `type` of a service in the configuration.
  public var type: String
  /// Whether it can write to directories only.
  public var needsDirectory: Bool
  /// Its own keys beside those common to all services.
  public var config: [ConfigKey]
}

/// A command as its manifest declares it.
public struct CommandDeclaration: Sendable, Equatable {
  /// The program that has the command.
  public enum Program: String, Sendable, CaseIterable {
    /// `tenon`.
    case agent
    /// `tenonctl`, beside the authority.
    case authority
  }

  /// Words separated by one space.
  public var name: String
  public var summary: String
  public var program = Program.agent
}

/// One key of a plugin's configuration section.
public struct ConfigKey: Sendable, Equatable {
  /// How the value is written and checked.
  public enum Kind: String, Sendable, CaseIterable {
    case string, bool, int, duration, path, list
    case choice = "enum"
  }

  public var key: String
  public var kind: Kind
  public var help: String
  public var defaultValue: String?
  public var isRequired: Bool
  /// Never shown, never logged.
  public var isSecret: Bool
  /// The values of a choice.
  public var values: [String]
  /// Environment variable that supplies a missing value.
  public var environment: String?
  /// Sibling key naming a file whose trimmed content is the value.
  public var file: String?
  /// Whether a file that cannot be read is a warning, and the key then absent.
  public var isFileOptional = false
  /// Another spelling of the key.
  public var alias: String? = nil
  /// Flag of `start` that gives the value, with its two dashes. Only of join methods.
  public var flag: String? = nil
  /// Whether the parameter of a join URI is the value. Only of join methods, and only one of their keys.
  public var isJoinURIParameter = false
}
