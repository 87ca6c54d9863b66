import Glibc

/// What the kernel knows of this process, under the names every Prometheus client uses.
public enum ProcessMetrics {
  private static let cpu = MetricFamily(
    "process_cpu_seconds_total", .counter, help: "Time on a processor, in seconds.")
  private static let memory = MetricFamily(
    "process_resident_memory_bytes", .gauge, help: "Memory in RAM, in bytes.")
  private static let descriptors = MetricFamily(
    "process_open_fds", .gauge, help: "Open file descriptors.")
  private static let limit = MetricFamily(
    "process_max_fds", .gauge, help: "File descriptors this process may have.")
  private static let start = MetricFamily(
    "process_start_time_seconds", .gauge, help: "When the process started, in seconds since 1970.")

  public static let families = [cpu, memory, descriptors, limit, start]

  /// Puts the values of this moment into `metrics`.
  ///
  /// - Parameter startedAt: seconds since 1970.
  public static func measure(into metrics: Metrics, startedAt: Int64) {
    var usage = rusage()
    if getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 {
      let total = seconds(usage.ru_utime) + seconds(usage.ru_stime)
      // A counter: what it had is replaced by what the kernel says.
      metrics.replace(cpu, with: [([], total)])
    }
    metrics.set(memory, to: residentBytes)
    metrics.set(descriptors, to: openDescriptors)
    var most = rlimit()
    if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &most) == 0 {
      metrics.set(limit, to: Double(most.rlim_cur))
    }
    metrics.set(start, to: Double(startedAt))
  }

  private static func seconds(_ time: timeval) -> Double {
    Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000
  }

  /// Nil when /proc is not mounted.
  private static var residentBytes: Double? {
    guard let file = fopen("/proc/self/statm", "re") else { return nil }
    defer { fclose(file) }
    var text = [CChar](repeating: 0, count: 128)
    guard fgets(&text, Int32(text.count), file) != nil else { return nil }
    let fields = String(
      decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self
    )
    .split(separator: " ")
    guard fields.count > 1, let pages = Double(fields[1]) else { return nil }
    return pages * Double(sysconf(Int32(_SC_PAGESIZE)))
  }

  /// Nil when /proc is not mounted.
  private static var openDescriptors: Double? {
    guard let folder = opendir("/proc/self/fd") else { return nil }
    defer { closedir(folder) }
    var count = 0.0
    while let entry = readdir(folder) {
      if entry.pointee.d_name.0 != 0x2e { count += 1 }
    }
    // The one that lists them.
    return count - 1
  }
}
