import Foundation

/// The files of a checkout, read for their imports and their words.
struct SourceTree {
  /// The folder that holds `Package.swift`.
  let root: URL

  /// The checkout these tests were compiled from.
  static var own: SourceTree {
    let here = URL(fileURLWithPath: #filePath)
    return SourceTree(
      root: here.deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent())
  }

  /// One text file, by its path below the root.
  struct File {
    let path: String
    let lines: [String]

    /// The path's components, for instance `["Sources", "Host", "Config", "Key.swift"]`.
    var components: [String] { path.split(separator: "/").map(String.init) }
  }

  /// Every regular file below `folder`, in path order. Hidden files and folders are left out.
  func files(below folder: String) throws -> [File] {
    let base = root.appendingPathComponent(folder)
    let manager = FileManager.default
    guard
      let walker = manager.enumerator(
        at: base, includingPropertiesForKeys: [.isRegularFileKey], options: [.skipsHiddenFiles])
    else { return [] }
    var files: [File] = []
    let prefix = root.standardizedFileURL.path + "/"
    for case let url as URL in walker {
      guard try url.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true else {
        continue
      }
      guard let text = String(bytes: try Data(contentsOf: url), encoding: .utf8) else { continue }
      let path = url.standardizedFileURL.path
      files.append(
        File(
          path: String(path.dropFirst(prefix.count)),
          lines: text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)))
    }
    return files.sorted { $0.path < $1.path }
  }

  /// The names of the folders directly in `folder`, sorted.
  func folders(in folder: String) throws -> [String] {
    let url = root.appendingPathComponent(folder)
    return try FileManager.default.contentsOfDirectory(atPath: url.path)
      .filter { name in
        var isDirectory: ObjCBool = false
        let path = url.appendingPathComponent(name).path
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
          && isDirectory.boolValue && !name.hasPrefix(".")
      }
      .sorted()
  }
}

extension SourceTree.File {
  /// The modules this Swift file imports, each with its line number.
  var imports: [(module: String, line: Int)] {
    guard path.hasSuffix(".swift") else { return [] }
    let modifiers: Set<String> = [
      "public", "package", "internal", "private", "fileprivate",
    ]
    let kinds: Set<String> = [
      "struct", "class", "enum", "protocol", "typealias", "func", "var", "let", "actor",
    ]
    var found: [(String, Int)] = []
    for (index, line) in lines.enumerated() {
      var words = line.split(whereSeparator: \.isWhitespace).map(String.init)[...]
      while let word = words.first, word.hasPrefix("@") || modifiers.contains(word) {
        words.removeFirst()
      }
      guard words.first == "import" else { continue }
      words.removeFirst()
      if let kind = words.first, kinds.contains(kind) { words.removeFirst() }
      guard let target = words.first else { continue }
      let module = target.prefix { $0 != "." && $0 != ";" }
      found.append((String(module), index + 1))
    }
    return found
  }

  /// The headers this C file includes, each with its line number.
  var includes: [(header: String, line: Int)] {
    guard [".c", ".h", ".cc", ".cpp"].contains(where: path.hasSuffix) else { return [] }
    return lines.enumerated().compactMap { index, line in
      let trimmed = line.trimmingCharacters(in: .whitespaces)
      guard trimmed.hasPrefix("#include") else { return nil }
      let rest = trimmed.dropFirst("#include".count).trimmingCharacters(in: .whitespaces)
      return (rest.trimmingCharacters(in: CharacterSet(charactersIn: "<>\"")), index + 1)
    }
  }
}
