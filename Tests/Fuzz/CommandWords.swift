// modules: Documents
// sources: Sources/PluginHost/Command/BoundCommand.swift Sources/PluginHost/Command/BoundCommand+Parsing.swift Sources/PluginHost/Command/String+Padded.swift Sources/PluginHost/Command/CommandArgument.swift Sources/PluginHost/Command/GoDuration.swift Sources/PluginHost/Command/KeySuggestion.swift Sources/Host/Commands/PluginCommandLine.swift
import PluginABI

/// One parameter of every kind.
private let command = BoundCommand(
  name: "zoo feed", summary: "feeds", details: nil,
  parameters: (TENON_PARAMETER_FLAG...TENON_PARAMETER_DURATION).map { kind in
    BoundCommand.Parameter(
      kind: kind, isRequired: kind == TENON_PARAMETER_TEXT,
      isPositional: kind == TENON_PARAMETER_PATH, name: "kind-\(kind)", help: "help",
      fallback: nil, choices: kind == TENON_PARAMETER_CHOICE ? ["red", "blue"] : [],
      environment: kind == TENON_PARAMETER_INT64 ? "NUMBER" : nil)
  }, function: {})

/// Any words, parted by zero bytes: every parameter has its value, or every problem is one clean line.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let words = UnsafeBufferPointer(start: data, count: count)
    .split(separator: 0, omittingEmptySubsequences: false)
    .map { String(decoding: $0, as: UTF8.self) }
  do {
    if case .run(let arguments) = try command.parse(words, environment: { _ in words.first }) {
      precondition(arguments.count == command.parameters.count)
      precondition(arguments[1] != .text(nil))
    }
  } catch {
    precondition(!error.problems.isEmpty)
    for problem in error.problems {
      precondition(!problem.isEmpty && !problem.utf8.contains { $0 < 0x20 || $0 == 0x7F })
    }
  }
  for takesFile in [true, false] {
    guard let line = try? PluginCommandLine(words, takesFile: takesFile) else { continue }
    precondition(line.wantsHelp || (line.file != nil) == takesFile)
  }
  return 0
}
