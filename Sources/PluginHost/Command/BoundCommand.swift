import PluginABI

/// A plugin's command as the host reads it from the table: checked, and copied where it is text.
struct BoundCommand {
  struct Parameter {
    let kind: UInt32
    let isRequired: Bool
    /// Given as a word of its own instead of a flag.
    let isPositional: Bool
    let name: String
    let help: String
    let fallback: String?
    let choices: [String]
    let environment: String?
  }

  let name: String
  let summary: String
  let details: String?
  let parameters: [Parameter]
  let function: tenon_command_function
}
