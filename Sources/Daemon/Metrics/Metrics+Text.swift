extension Metrics {
  /// Media type of ``text()``.
  public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  /// The measurements in the Prometheus text format 0.0.4, a HELP and a TYPE line before each family.
  ///
  /// Source: prometheus.io, Exposition formats, "Text format details".
  public func text() -> [UInt8] {
    var text = ""
    for (family, series) in snapshot() {
      text += "# HELP \(family.name) \(Self.escaped(family.help, quotes: false))\n"
      text += "# TYPE \(family.name) \(family.kind.word)\n"
      for (values, sample) in series {
        let labels = Array(zip(family.labels, values))
        switch sample {
        case .number(let number): text += Self.line(family.name, labels, number)
        case .histogram(let histogram): text += Self.lines(family, labels, histogram)
        }
      }
    }
    return Array(text.utf8)
  }

  private static func lines(
    _ family: MetricFamily, _ labels: [(String, String)], _ histogram: Histogram
  ) -> String {
    guard case .histogram(let bounds) = family.kind else { return "" }
    var text = ""
    var below = 0.0
    for (bound, count) in zip(bounds, histogram.counts) {
      below += count
      text += line(family.name + "_bucket", labels + [("le", number(bound))], below)
    }
    text += line(family.name + "_bucket", labels + [("le", "+Inf")], histogram.count)
    text += line(family.name + "_sum", labels, histogram.sum)
    text += line(family.name + "_count", labels, histogram.count)
    return text
  }

  private static func line(
    _ name: String, _ labels: [(String, String)], _ value: Double
  ) -> String {
    let pairs = labels.map { "\($0.0)=\"\(escaped($0.1, quotes: true))\"" }
    let set = pairs.isEmpty ? "" : "{\(pairs.joined(separator: ","))}"
    return "\(name)\(set) \(number(value))\n"
  }

  static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    // A time in seconds reads better without an exponent, and is exact up to here.
    if value == value.rounded(), abs(value) < 9e15 { return "\(Int64(value))" }
    return "\(value)"
  }

  /// What would end a line, or a quoted value, is escaped.
  private static func escaped(_ text: String, quotes: Bool) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": escaped += "\\\\"
      case "\n": escaped += "\\n"
      case "\"" where quotes: escaped += "\\\""
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}

extension MetricFamily.Kind {
  fileprivate var word: String {
    switch self {
    case .counter: "counter"
    case .gauge: "gauge"
    case .histogram: "histogram"
    }
  }
}
