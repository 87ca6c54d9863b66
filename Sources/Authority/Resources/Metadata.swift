import Documents

/// The `metadata` of a resource.
struct Metadata: Sendable {
  var name: String
  var expires: Int64?

  init(_ node: Node, _ reader: inout FieldReader) {
    guard let metadata = node["metadata"] else {
      reader.noteAbsence(node.position, "metadata.name is missing; add it")
      name = ""
      return
    }
    reader.check(
      metadata, "metadata",
      known: ["name", "description", "labels", "expires", "namespace", "revision", "id"])
    name = reader.text(metadata, "name", "metadata.", required: true)
    expires = reader.time(metadata, "expires", "metadata.")
    if name.utf8.count > 255 || name.contains("/") || name.utf8.contains(where: { $0 < 0x20 }) {
      reader.note(
        metadata.section("name").position,
        "metadata.name may have up to 255 bytes, and no slash or control character")
    }
  }
}
