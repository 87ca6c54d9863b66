import Testing

@testable import Daemon

@Suite("Measurements")
struct MetricsTests {
  private static let doors = MetricFamily(
    "doors_opened_total", .counter, labels: ["door", "by"], help: "Doors opened.")
  private static let knocks = MetricFamily("knocks_total", .counter, help: "Knocks.")
  private static let warmth = MetricFamily("warmth_celsius", .gauge, help: "How warm it is.")
  private static let waits = MetricFamily(
    "wait_seconds", .histogram(bounds: [0.5, 2]), help: "Time before the door, in seconds.")

  private func text(_ metrics: Metrics) -> [String] {
    String(decoding: metrics.text(), as: UTF8.self).split(separator: "\n").map(String.init)
      .filter { !$0.contains("tenon_metrics_dropped_total") }
  }

  @Test("are shown family by family, series by series, with help and type")
  func whole() {
    let metrics = Metrics([Self.doors, Self.knocks, Self.warmth, Self.waits])
    metrics.add(to: Self.doors, "front", "key")
    metrics.add(2, to: Self.doors, "front", "key")
    metrics.add(0, to: Self.doors, "back", "key")
    metrics.set(Self.warmth, to: -1.5)
    metrics.observe(0.5, in: Self.waits)
    metrics.observe(1, in: Self.waits)
    metrics.observe(60, in: Self.waits)
    #expect(
      text(metrics) == [
        "# HELP doors_opened_total Doors opened.", "# TYPE doors_opened_total counter",
        #"doors_opened_total{door="back",by="key"} 0"#,
        #"doors_opened_total{door="front",by="key"} 3"#, "# HELP knocks_total Knocks.",
        "# TYPE knocks_total counter", "knocks_total 0", "# HELP warmth_celsius How warm it is.",
        "# TYPE warmth_celsius gauge", "warmth_celsius -1.5",
        "# HELP wait_seconds Time before the door, in seconds.", "# TYPE wait_seconds histogram",
        #"wait_seconds_bucket{le="0.5"} 1"#, #"wait_seconds_bucket{le="2"} 2"#,
        #"wait_seconds_bucket{le="+Inf"} 3"#, "wait_seconds_sum 61.5", "wait_seconds_count 3",
      ])
  }

  @Test("cannot be forged by the value of a label")
  func escapes() {
    let metrics = Metrics([Self.doors])
    metrics.add(to: Self.doors, "a\"} 9\nknocks_total 7\\", "")
    #expect(text(metrics).last == #"doors_opened_total{door="a\"} 9\nknocks_total 7\\",by=""} 1"#)
    #expect(text(metrics).count == 3)
  }

  @Test("keep a bounded number of series of bounded length, and count what they drop")
  func bounds() {
    let metrics = Metrics([Self.doors])
    for number in 0..<Metrics.seriesLimit + 3 { metrics.add(to: Self.doors, "\(number)", "") }
    metrics.add(to: Self.doors, "0", "")
    let all = String(decoding: metrics.text(), as: UTF8.self)
    #expect(all.contains(#"doors_opened_total{door="0",by=""} 2"#))
    #expect(text(metrics).count == 2 + Metrics.seriesLimit)
    #expect(all.contains("\ntenon_metrics_dropped_total 3\n"))
    let long = Metrics([Self.doors])
    long.add(to: Self.doors, String(repeating: "x", count: 100_000), "")
    #expect(long.text().count < 1000)
  }

  @Test("that are replaced as a whole lose what is gone")
  func replaced() {
    let metrics = Metrics([Self.warmth, Self.doors])
    metrics.set(Self.warmth, to: 3)
    metrics.set(Self.warmth, to: nil)
    metrics.replace(Self.doors, with: [(["old", ""], 1)])
    metrics.replace(Self.doors, with: [(["new", ""], 2)])
    #expect(
      text(metrics).filter { !$0.hasPrefix("#") } == [#"doors_opened_total{door="new",by=""} 2"#])
  }

  @Test(
    "write numbers as Prometheus reads them",
    arguments: [
      (0.0, "0"), (-0.0, "0"), (1_769_860_800, "1769860800"), (0.1, "0.1"), (1e-9, "1e-09"),
      (1e300, "1e+300"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"),
    ])
  func numbers(_ value: Double, _ text: String) { #expect(Metrics.number(value) == text) }

  @Test("of the process are those the kernel gives")
  func process() {
    let metrics = Metrics(ProcessMetrics.families)
    ProcessMetrics.measure(into: metrics, startedAt: 1_769_860_800)
    let lines = text(metrics)
    #expect(lines.contains("process_start_time_seconds 1769860800"))
    for name in ["cpu_seconds_total", "resident_memory_bytes", "open_fds", "max_fds"] {
      let value = lines.first { $0.hasPrefix("process_\(name) ") }?.split(separator: " ").last
      #expect(value.flatMap { Double($0) } ?? 0 > 0, "process_\(name)")
    }
  }
}
