import PluginABI

/// Collects the artifacts of one render.
final class ArtifactBasket {
  var artifacts: [Artifact] = []
  var refused: String?

  func add(_ raw: tenon_artifact) -> Int32 {
    let name = String(raw.name)
    if !Artifact.isLegal(name) {
      refused = "it rendered a file with an illegal name"
    } else if artifacts.contains(where: { $0.name == name }) {
      refused = "it rendered \(name) twice"
    } else if !(0...Int(TENON_ARTIFACT_MAX_BYTES)).contains(raw.content.len) {
      let count = UInt(bitPattern: raw.content.len)
      refused = "it rendered \(name) with \(count) bytes, at most 1 MiB is allowed"
    } else if artifacts.count >= Int(TENON_ARTIFACTS_MAX) {
      refused = "it rendered more than \(TENON_ARTIFACTS_MAX) files"
    } else {
      artifacts.append(
        Artifact(
          name: name, content: Array(raw.content), isSecret: raw.flags & TENON_ARTIFACT_SECRET != 0)
      )
      return TENON_OK
    }
    return TENON_INVALID_ARGUMENT
  }
}
