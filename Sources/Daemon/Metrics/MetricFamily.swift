/// A kind of measurement: its name, what it means, and how its series are told apart.
public struct MetricFamily: Sendable {
  public enum Kind: Sendable, Equatable {
    /// Only grows while the process runs; its name ends in `_total` where nothing older says otherwise.
    case counter
    /// Goes up and down.
    case gauge
    /// Counts observations at or below each bound; bounds ascend.
    case histogram(bounds: [Double])
  }

  public var name: String
  /// One sentence for people, with the unit.
  public var help: String
  public var kind: Kind
  /// Names of the labels, in the order in which their values are passed.
  public var labels: [String]

  public init(_ name: String, _ kind: Kind, labels: [String] = [], help: String) {
    self.name = name
    self.help = help
    self.kind = kind
    self.labels = labels
  }
}
