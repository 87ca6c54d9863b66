import ArgumentParser
import Documents

/// How a listing is printed.
enum ListFormat: String, ExpressibleByArgument, CaseIterable {
  case text, json

  /// A JSON document as a listing prints it.
  static func print(json node: Node) {
    Swift.print(String(decoding: JSON.serialize(node, pretty: true), as: UTF8.self))
  }
}

/// `--format` of a listing.
struct ListOptions: ParsableArguments {
  @Option(help: ArgumentHelp("text or json.", valueName: "format"))
  var format = ListFormat.text
}

/// `--ttl` or `--expires`: when a new resource ends.
struct LifetimeOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("How long it lasts, such as 8h (default: for ever).", valueName: "duration"))
  var ttl: String?

  @Option(
    help: ArgumentHelp("Until when it lasts, such as 2030-01-01T00:00:00Z.", valueName: "time"))
  var expires: String?

  /// The end in seconds since the epoch; nil: none.
  func end(now: Int64) throws(CommandFailure) -> Int64? {
    if ttl != nil, expires != nil {
      throw CommandFailure("--ttl and --expires exclude each other; pass one of them")
    }
    if let expires {
      guard let end = TimeText.seconds(expires) else {
        throw CommandFailure("--expires \(expires): no time; write it like 2030-01-01T00:00:00Z")
      }
      return end
    }
    guard let ttl else { return nil }
    guard let length = Durations.seconds(ttl) else {
      throw CommandFailure("--ttl \(ttl): no duration; write it like 8h or 90m")
    }
    return now + length
  }
}
