import PluginABI
import PluginKit

/// C tables written by hand: a host that answers as a test wants, also wrongly.
final class FakeHost {
  /// What every service call returns when it is not `TENON_OK`, with its message and hint.
  var code = TENON_OK
  var message = ""
  var hint = ""
  /// Written to the sink of a call that succeeds, in two pieces.
  var answer: [UInt8] = []
  var records: [String: [UInt8]] = [:]
  var seen: [String] = []
  var zeroed = 0
  var forgotten = 0
  var wallNanoseconds: Int64 = 0
  /// Services that this host does not offer, and ones whose tables it says are smaller.
  var missing: Set<String> = []
  var short: Set<String> = []

  private let host = UnsafeMutablePointer<tenon_host>.allocate(capacity: 1)
  private var tables: [(String, UnsafeMutableRawPointer, Int)] = []

  init() {
    let me = Unmanaged.passUnretained(self).toOpaque()
    host.initialize(
      to: tenon_host(
        struct_size: UInt32(MemoryLayout<tenon_host>.size), abi_major: 0, abi_minor: 1, flags: 0,
        ctx: me,
        get_service: { host, id, size in
          guard let fake = FakeHost.from(host?.pointee.ctx) else { return nil }
          let name = id.text
          guard !fake.missing.contains(name),
            let table = fake.tables.first(where: { $0.0 == name })
          else { return nil }
          size?.pointee = fake.short.contains(name) ? table.2 - 8 : table.2
          return UnsafeRawPointer(table.1)
        }))
    addBasics(me)
    addKeys(me)
  }

  deinit {
    for table in tables { table.1.deallocate() }
    host.deallocate()
  }

  var kit: Host { Host(host) }

  static func from(_ context: UnsafeMutableRawPointer?) -> FakeHost? {
    context.map { Unmanaged<FakeHost>.fromOpaque($0).takeUnretainedValue() }
  }

  private func add<Table>(_ id: String, _ table: Table) {
    let pointer = UnsafeMutablePointer<Table>.allocate(capacity: 1)
    pointer.initialize(to: table)
    tables.append((id, UnsafeMutableRawPointer(pointer), MemoryLayout<Table>.size))
  }

  /// Fills the error and returns the code, or writes the answer.
  func reply(
    _ call: String, _ sink: tenon_sink?, _ error: UnsafeMutablePointer<tenon_error>?,
    _ answer: [UInt8]? = nil
  ) -> Int32 {
    seen.append(call)
    guard code == TENON_OK else {
      return PluginError(code, message, hint: hint, retry: TENON_RETRY_LATER).report(to: error)
    }
    guard let sink else { return TENON_OK }
    let bytes = answer ?? self.answer
    for piece in [bytes.prefix(1), bytes.dropFirst()] {
      let status = Array(piece).withUnsafeBufferPointer {
        sink.write(sink.ctx, $0.baseAddress, $0.count)
      }
      if status != TENON_OK { return status }
    }
    return TENON_OK
  }

  private func addBasics(_ me: UnsafeMutableRawPointer) {
    add(
      TENON_HOST_CONFIG_ID,
      tenon_host_config(struct_size: 24, flags: 0, ctx: me) { context, key, out in
        FakeHost.from(context)?.reply("config \(key.text)", out, nil) ?? TENON_INTERNAL
      })
    add(
      TENON_HOST_CLOCK_ID,
      tenon_host_clock(
        struct_size: 32, flags: 0, ctx: me,
        wall_ns: { FakeHost.from($0)?.wallNanoseconds ?? 0 }, monotonic_ns: { _ in 0 }))
    add(
      TENON_HOST_RANDOM_ID,
      tenon_host_random(struct_size: 24, flags: 0, ctx: me) { context, bytes, count in
        guard let fake = FakeHost.from(context), fake.code == TENON_OK else {
          return TENON_UNAVAILABLE
        }
        for index in 0..<count { bytes?[index] = UInt8(truncatingIfNeeded: index + 1) }
        return TENON_OK
      })
    add(
      TENON_HOST_SECRET_ID,
      tenon_host_secret(
        struct_size: 40, flags: 0, ctx: me, allocate: { _, _ in nil }, free: { _, _, _ in },
        zero: { context, bytes, count in
          FakeHost.from(context)?.zeroed += count
          if let bytes { UnsafeMutableRawBufferPointer(start: bytes, count: count).zero() }
        }))
    add(
      TENON_HOST_STORAGE_ID,
      tenon_host_storage(
        struct_size: 32, flags: 0, ctx: me,
        get: { context, name, out, error in
          guard let fake = FakeHost.from(context) else { return TENON_INTERNAL }
          if fake.code == TENON_OK, fake.records[name.text] == nil {
            return PluginError(TENON_NOT_FOUND, "none").report(to: error)
          }
          return fake.reply("get \(name.text)", out, error, fake.records[name.text])
        },
        put_all: { context, records, count, error in
          guard let fake = FakeHost.from(context) else { return TENON_INTERNAL }
          if count > 1 { fake.seen.append("put \(count) at once") }
          for record in UnsafeBufferPointer(start: records, count: count) {
            let status = fake.reply("put \(record.name.text)", nil, error)
            guard status == TENON_OK else { return status }
            fake.records[record.name.text] = record.value.array
          }
          return TENON_OK
        }))
  }

  private func addKeys(_ me: UnsafeMutableRawPointer) {
    add(
      TENON_HOST_KEY_ID,
      tenon_host_key(
        struct_size: 88, flags: 0, ctx: me,
        generate: { context, algorithm, out, error in
          FakeHost.make(context, "generate \(algorithm.text)", out, error)
        },
        import_private: { context, _, out, error in
          FakeHost.make(context, "import_private", out, error)
        },
        import_public: { context, text, out, error in
          FakeHost.make(context, "import_public \(text.text)", out, error)
        },
        export_private: { context, _, out, error in
          FakeHost.from(context)?.reply("export", out, error) ?? TENON_INTERNAL
        },
        public_key: { context, _, encoding, out, error in
          FakeHost.from(context)?.reply("public_key \(encoding.text)", out, error) ?? TENON_INTERNAL
        },
        scheme: { context, _, out, error in
          FakeHost.from(context)?.reply("scheme", out, error) ?? TENON_INTERNAL
        },
        sign: { context, _, message, out, error in
          FakeHost.from(context)?.reply("sign \(message.text)", out, error) ?? TENON_INTERNAL
        },
        verify: { context, _, scheme, message, signature, error in
          FakeHost.from(context)?.reply(
            "verify \(scheme.text) \(message.text) \(signature.text)", nil, error)
            ?? TENON_INTERNAL
        },
        forget: { context, _ in FakeHost.from(context)?.forgotten += 1 }))
  }

  private static func make(
    _ context: UnsafeMutableRawPointer?, _ call: String,
    _ out: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<tenon_error>?
  ) -> Int32 {
    guard let fake = from(context) else { return TENON_INTERNAL }
    let status = fake.reply(call, nil, error)
    if status == TENON_OK, fake.message != "no handle" {
      out?.pointee = OpaquePointer(bitPattern: 7)
    }
    return status
  }
}

extension UnsafeMutableRawBufferPointer {
  fileprivate func zero() {
    for index in indices { self[index] = 0 }
  }
}
