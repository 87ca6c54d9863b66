// modules: Documents
// sources: Sources/PluginHost/Manifest/*.swift

/// Any manifest: every problem named on one line, or a manifest whose names keep to their shapes.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  var parser = ManifestParser()
  let manifest = parser.parse(Array(UnsafeBufferPointer(start: data, count: count)))
  precondition((manifest == nil) == !parser.problems.isEmpty)
  for problem in parser.problems {
    precondition(!problem.isEmpty && !problem.utf8.contains { $0 < 0x20 || $0 == 0x7F })
  }
  guard let manifest else { return 0 }
  precondition(ManifestParser.isIdentifier(manifest.id))
  precondition(manifest.records.allSatisfy(ManifestParser.isRecordName))
  precondition(manifest.commands.allSatisfy { ManifestParser.isCommandName($0.name) })
  precondition(!manifest.capabilities.isEmpty)
  for key in (manifest.joinMethod?.config ?? []) + (manifest.output?.config ?? []) {
    precondition(ManifestParser.isName(key.key) && (key.kind == .choice) != key.values.isEmpty)
    precondition(key.flag.map(ManifestParser.isFlag) ?? true)
    precondition(key.alias.map { ManifestParser.isName($0) && $0 != key.key } ?? true)
    precondition(!key.isJoinURIParameter || key.kind == .string)
  }
  return 0
}
