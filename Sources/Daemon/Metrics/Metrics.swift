import Synchronization

/// The measurements of one process. May be used from any thread.
///
/// Values of labels may come from a peer or a file: they are cut to 128 characters, and a family keeps at most
/// ``seriesLimit`` series. What comes later is counted in ``dropped`` and otherwise forgotten.
public final class Metrics: Sendable {
  /// Series one family may have.
  public static let seriesLimit = 2000
  private static let labelLimit = 128
  /// Observations that found no room, over all families.
  public static let dropped = MetricFamily(
    "tenon_metrics_dropped_total", .counter,
    help: "Measurements that were not kept because their family has too many series already.")

  struct Histogram {
    /// One per bound, not cumulative.
    var counts: [Double]
    var count = 0.0
    var sum = 0.0
  }

  enum Sample {
    case number(Double)
    case histogram(Histogram)
  }

  private let families: [MetricFamily]
  private let samples: Mutex<[String: [[String]: Sample]]>

  /// - Parameter families: in the order in which they are shown. Those without labels begin at 0, apart from gauges.
  public init(_ families: [MetricFamily]) {
    self.families = families + [Self.dropped]
    var samples: [String: [[String]: Sample]] = [:]
    for family in self.families where family.labels.isEmpty {
      switch family.kind {
      case .counter: samples[family.name] = [[]: .number(0)]
      case .gauge: break
      case .histogram(let bounds): samples[family.name] = [[]: .histogram(.empty(bounds))]
      }
    }
    self.samples = Mutex(samples)
  }

  /// Adds to a counter. Adding 0 makes its series visible.
  public func add(_ amount: Double = 1, to family: MetricFamily, _ labels: String...) {
    change(family, labels) { sample in
      let old = if case .number(let number)? = sample { number } else { 0.0 }
      sample = .number(old + amount)
    }
  }

  /// Sets a gauge; nil removes its series.
  public func set(_ family: MetricFamily, _ labels: String..., to value: Double?) {
    change(family, labels) { $0 = value.map { .number($0) } }
  }

  /// Replaces all series of a gauge at once; of too many the first are kept.
  public func replace(_ family: MetricFamily, with values: [(labels: [String], value: Double)]) {
    samples.withLock { samples in
      samples[family.name] = nil
      for (labels, value) in values {
        Self.change(&samples, family, labels) { $0 = .number(value) }
      }
    }
  }

  /// Adds an observation to a histogram.
  public func observe(_ value: Double, in family: MetricFamily, _ labels: String...) {
    guard case .histogram(let bounds) = family.kind else { return }
    change(family, labels) { sample in
      var histogram =
        if case .histogram(let old)? = sample { old } else { Histogram.empty(bounds) }
      if let bucket = bounds.firstIndex(where: { value <= $0 }) { histogram.counts[bucket] += 1 }
      histogram.count += 1
      histogram.sum += value
      sample = .histogram(histogram)
    }
  }

  /// Everything, in the order of the families; series in the order of their labels.
  func snapshot() -> [(family: MetricFamily, series: [(labels: [String], sample: Sample)])] {
    let samples = samples.withLock { $0 }
    return families.map { family in
      let series = (samples[family.name] ?? [:])
        .sorted { $0.key.lexicographicallyPrecedes($1.key) }
        .map { (labels: $0.key, sample: $0.value) }
      return (family, series)
    }
  }

  private func change(
    _ family: MetricFamily, _ labels: [String], _ body: (inout Sample?) -> Void
  ) {
    samples.withLock { Self.change(&$0, family, labels, body) }
  }

  private static func change(
    _ samples: inout [String: [[String]: Sample]], _ family: MetricFamily, _ labels: [String],
    _ body: (inout Sample?) -> Void
  ) {
    let key = labels.map { String($0.prefix(labelLimit)) }
    let hasRoom = samples[family.name].map { $0.count < seriesLimit || $0[key] != nil } ?? true
    guard hasRoom else {
      if case .number(let number)? = samples[dropped.name]?[[]] {
        samples[dropped.name] = [[]: .number(number + 1)]
      }
      return
    }
    body(&samples[family.name, default: [:]][key])
  }
}

extension Metrics.Histogram {
  static func empty(_ bounds: [Double]) -> Metrics.Histogram {
    Metrics.Histogram(counts: bounds.map { _ in 0 })
  }
}
