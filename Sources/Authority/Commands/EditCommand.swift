import ArgumentParser
import Documents
import Glibc
import Wire
import YAML

/// `edit`: change one resource in an editor.
struct EditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "edit", abstract: "Change a resource in an editor.",
    discussion: "The editor is that of TELEPORT_EDITOR, VISUAL or EDITOR, or vi.")

  @OptionGroup var connection: TenonctlCommand.Connection
  @Argument(help: ArgumentHelp("What to change.", valueName: "kind/name"))
  var resource: String

  func run() async throws {
    let (kind, name) = ResourceName.split(resource)
    guard let name else {
      throw CommandFailure("\(resource): name one resource, as in token/example")
    }
    let client = connection.client
    let found = try await client.fetch(kind: kind, name: name)
    let before = try JSON.parse(found.document)
    let path = try Self.write(YAML.serialize(before))
    do {
      try Self.openEditor(path)
      let text = try InputFile.read(path)
      let documents = try YAML.parse(text)
      guard let after = documents.first, documents.count == 1 else {
        throw CommandFailure("there must be one document")
      }
      if after == before {
        unlink(path)
        return print("\(kind) \"\(name)\" has not been changed")
      }
      guard after["kind"] == before["kind"],
        after["metadata"]?["name"] == before["metadata"]?["name"]
      else {
        throw CommandFailure("kind and name cannot be changed; use `tctl create` for a new one")
      }
      try await client.replace(yaml: text, revision: found.revision, unlocks: false)
      unlink(path)
    } catch {
      // The work of somebody who has just edited is worth more than a clean folder.
      throw CommandFailure("\(Self.words(error))\nthe edited text is kept in \(path)")
    }
    print("\(kind) \"\(name)\" has been updated")
  }

  private static func words(_ error: any Error) -> String {
    switch error {
    case let failure as CommandFailure: failure.text
    case let failure as RPCError: CommandFailure(failure).text
    case let failure as DocumentError:
      "line \(failure.position.line), column \(failure.position.column): \(failure.message)"
    default: "\(error)"
    }
  }

  /// A file only this user reads: resources may hold secrets.
  private static func write(_ text: String) throws(CommandFailure) -> String {
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var path = Array("\(folder)/tctl-XXXXXX.yaml".utf8CString)
    let descriptor = mkstemps(&path, 5)
    guard descriptor >= 0 else {
      throw CommandFailure("cannot make a file in \(folder): \(String(cString: strerror(errno)))")
    }
    defer { close(descriptor) }
    let name = String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let bytes = Array(text.utf8)
    guard
      bytes.withUnsafeBytes({ Glibc.write(descriptor, $0.baseAddress, $0.count) }) == bytes.count
    else {
      unlink(name)
      throw CommandFailure("cannot write \(name): \(String(cString: strerror(errno)))")
    }
    return name
  }

  private static func openEditor(_ path: String) throws(CommandFailure) {
    let names = ["TELEPORT_EDITOR", "VISUAL", "EDITOR"]
    let editor =
      names.lazy.compactMap { getenv($0).map { String(cString: $0) } }.first { !$0.isEmpty } ?? "vi"
    // Editors are given with their flags; the shell takes them apart, as everywhere.
    let quoted = path.split(separator: "'", omittingEmptySubsequences: false)
      .joined(separator: "'\\''")
    guard system("\(editor) '\(quoted)'") == 0 else {
      throw CommandFailure("the editor \(editor) failed; name another with EDITOR")
    }
  }
}
