import Documents
import PluginHost

/// One service of the file.
struct ServiceConfiguration: Sendable, Equatable {
  /// Unique in the file: given, or made from the type and a running number.
  var name: String
  /// A type that an installed plugin offers.
  var type: String
  /// Where the file names the type.
  var position: Position
  var destination: DestinationSpec
  var lifetime: CredentialLifetime
  /// The keys of the plugin, resolved.
  var section: [String: ConfigValue]
}
