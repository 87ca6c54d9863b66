/// `kind` or `kind/name`, as people type it.
enum ResourceName {
  static func split(_ text: String) -> (kind: String, name: String?) {
    guard let slash = text.firstIndex(of: "/") else { return (text, nil) }
    let name = String(text[text.index(after: slash)...])
    return (String(text[..<slash]), name.isEmpty ? nil : name)
  }
}
