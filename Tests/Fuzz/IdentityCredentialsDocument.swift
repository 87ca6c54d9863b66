// modules: Documents
// sources: Plugins/IdentityOutput/IdentityOutput/*.swift

/// Any credentials document: refused with a short reason, or files with good names, the same twice.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: count))
  for sshConfig in ["on", "off"] {
    do {
      let config = try IdentityConfig(cluster: nil, sshConfig: sshConfig, allowReissue: nil)
      let artifacts = try IdentityRenderer.render(bytes, config: config)
      let again = try IdentityRenderer.render(bytes, config: config)
      precondition(artifacts.count == again.count)
      for (artifact, other) in zip(artifacts, again) {
        precondition(artifact.content == other.content)
        precondition(artifact.name.utf8.count <= 255)
        precondition(artifact.name.utf8.allSatisfy(ClusterName.isAllowed))
      }
    } catch {
      precondition(!error.message.isEmpty && !error.hint.isEmpty)
      precondition(!error.message.utf8.contains { $0 < 0x20 })
    }
  }
  return 0
}
