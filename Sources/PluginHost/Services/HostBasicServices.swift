import CLinux
import Glibc
import PluginABI

/// The services that need nothing but the context: random, clock, log, secret, event.
enum HostBasicServices {
  static func random(_ context: UnsafeMutableRawPointer) -> tenon_host_random {
    tenon_host_random(
      struct_size: UInt32(MemoryLayout<tenon_host_random>.size), flags: 0, ctx: context,
      fill: { context, bytes, count in
        guard let context = ServiceContext.from(context), count >= 0, count == 0 || bytes != nil
        else { return TENON_INVALID_ARGUMENT }
        var filled = 0
        while filled < count {
          let part = context.services.random.bytes(min(count - filled, 4096))
          guard !part.isEmpty, part.count <= count - filled else { return TENON_UNAVAILABLE }
          for byte in part {
            bytes?[filled] = byte
            filled += 1
          }
        }
        return TENON_OK
      })
  }

  static func clock(_ context: UnsafeMutableRawPointer) -> tenon_host_clock {
    tenon_host_clock(
      struct_size: UInt32(MemoryLayout<tenon_host_clock>.size), flags: 0, ctx: context,
      wall_ns: { ServiceContext.from($0)?.services.clock.wallNanoseconds ?? 0 },
      monotonic_ns: { ServiceContext.from($0)?.services.clock.monotonicNanoseconds ?? 0 })
  }

  static func log(_ context: UnsafeMutableRawPointer) -> tenon_host_log {
    tenon_host_log(
      struct_size: UInt32(MemoryLayout<tenon_host_log>.size), flags: 0, ctx: context,
      enabled: { context, level in
        guard let context = ServiceContext.from(context),
          let level = PluginLogLevel(rawValue: level)
        else { return 0 }
        return context.services.log.isEnabled(level) ? 1 : 0
      },
      log: { context, level, message, fields, count in
        guard let context = ServiceContext.from(context),
          let level = PluginLogLevel(rawValue: level)
        else { return }
        let shown = UnsafeBufferPointer(
          start: fields, count: fields == nil ? 0 : max(0, min(count, 16)))
        context.services.log.write(
          level, context.clean(String(message), limit: 1024),
          shown.map {
            (
              context.clean(String($0.key), limit: 64),
              context.clean(String($0.value), limit: 1024)
            )
          })
      })
  }

  static func secret(_ context: UnsafeMutableRawPointer) -> tenon_host_secret {
    tenon_host_secret(
      struct_size: UInt32(MemoryLayout<tenon_host_secret>.size), flags: 0, ctx: context,
      allocate: { _, count in
        let size = max(count, 1)
        guard count >= 0,
          let memory = mmap(
            nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
          memory != MAP_FAILED
        else { return nil }
        // A refused lock (RLIMIT_MEMLOCK) still leaves memory that is zeroed and not dumped.
        _ = mlock(memory, size)
        _ = madvise(memory, size, 16)
        return memory.assumingMemoryBound(to: UInt8.self)
      },
      free: { _, bytes, count in
        guard let bytes else { return }
        tenon_zero(bytes, count)
        munmap(bytes, max(count, 1))
      },
      zero: { _, bytes, count in
        guard let bytes else { return }
        tenon_zero(bytes, count)
      })
  }

  static func event(_ context: UnsafeMutableRawPointer) -> tenon_host_event {
    tenon_host_event(
      struct_size: UInt32(MemoryLayout<tenon_host_event>.size), flags: 0, ctx: context,
      health: { context, state, reason in
        guard let context = ServiceContext.from(context) else { return }
        let isHealthy: Bool?
        switch state {
        case TENON_HEALTH_INITIALIZING: isHealthy = nil
        case TENON_HEALTH_HEALTHY: isHealthy = true
        case TENON_HEALTH_UNHEALTHY: isHealthy = false
        default: return
        }
        context.services.events.health(
          isHealthy: isHealthy, reason: context.clean(String(reason), limit: 256))
      },
      request_renewal: { ServiceContext.from($0)?.services.events.requestRenewal() })
  }
}
