import PluginABI
import PluginKit

/// A host without cryptography: any two words are a public key, any text is a private one, and the
/// signature of everything is one byte. So a fuzzer gets past the proofs, to what lies behind them.
final class FuzzHost {
  var records: [String: [UInt8]] = [:]
  private var keys: [[UInt8]] = []
  private let host = UnsafeMutablePointer<tenon_host>.allocate(capacity: 1)
  private var tables: [(String, UnsafeMutableRawPointer, Int)] = []

  static let now: Int64 = 1_893_456_000
  static let signature: [UInt8] = [1]

  private init() {
    let me = Unmanaged.passUnretained(self).toOpaque()
    host.initialize(
      to: tenon_host(
        struct_size: 32, abi_major: 0, abi_minor: 1, flags: 0, ctx: me,
        get_service: { host, id, size in
          let name = id.text
          let table = FuzzHost.from(host?.pointee.ctx).tables.first { $0.0 == name }
          size?.pointee = table?.2 ?? 0
          return table.map { UnsafeRawPointer($0.1) }
        }))
    addBasics(me)
    addStorage(me)
    addKeys(me)
    addCluster(me)
  }

  deinit {
    for table in tables { table.1.deallocate() }
    host.deallocate()
  }

  var kit: Host { Host(host) }

  /// The plugin holds plain pointers to the tables: the host outlives what `body` makes.
  static func lend<Result>(_ body: (FuzzHost) -> Result) -> Result {
    let host = FuzzHost()
    return withExtendedLifetime(host) { body(host) }
  }

  private static func from(_ context: UnsafeMutableRawPointer?) -> FuzzHost {
    guard let context else { preconditionFailure("a service lost its context") }
    return Unmanaged<FuzzHost>.fromOpaque(context).takeUnretainedValue()
  }

  private func add<Table>(_ id: String, _ table: Table) {
    let pointer = UnsafeMutablePointer<Table>.allocate(capacity: 1)
    pointer.initialize(to: table)
    tables.append((id, UnsafeMutableRawPointer(pointer), MemoryLayout<Table>.size))
  }

  private static func put(_ bytes: [UInt8], _ sink: tenon_sink) -> Int32 {
    bytes.withUnsafeBufferPointer { sink.write(sink.ctx, $0.baseAddress, $0.count) }
  }

  private static func refuse(
    _ code: Int32, _ error: UnsafeMutablePointer<tenon_error>?
  ) -> Int32 {
    PluginError(code, "the fuzzing host says no").report(to: error)
  }

  private func addBasics(_ me: UnsafeMutableRawPointer) {
    add(
      TENON_HOST_CLOCK_ID,
      tenon_host_clock(
        struct_size: 32, flags: 0, ctx: me, wall_ns: { _ in FuzzHost.now * 1_000_000_000 },
        monotonic_ns: { _ in 0 }))
    add(
      TENON_HOST_RANDOM_ID,
      tenon_host_random(struct_size: 24, flags: 0, ctx: me) { _, bytes, count in
        for index in 0..<count { bytes?[index] = 7 }
        return TENON_OK
      })
    add(
      TENON_HOST_CONFIG_ID,
      tenon_host_config(struct_size: 24, flags: 0, ctx: me) { _, key, out in
        // A static key would keep a join out of the storage that is to be attacked.
        key.text == "registration_secret" ? FuzzHost.put([0x73], out) : TENON_NOT_FOUND
      })
    add(
      TENON_HOST_LOG_ID,
      tenon_host_log(
        struct_size: 32, flags: 0, ctx: me, enabled: { _, _ in 1 }, log: { _, _, _, _, _ in }))
    add(
      TENON_HOST_SECRET_ID,
      tenon_host_secret(
        struct_size: 40, flags: 0, ctx: me, allocate: { _, _ in nil }, free: { _, _, _ in },
        zero: { _, bytes, count in
          bytes?.initializeMemory(as: UInt8.self, repeating: 0, count: count)
        }
      ))
  }

  private func addStorage(_ me: UnsafeMutableRawPointer) {
    add(
      TENON_HOST_STORAGE_ID,
      tenon_host_storage(
        struct_size: 32, flags: 0, ctx: me,
        get: { context, name, out, error in
          guard let value = FuzzHost.from(context).records[name.text], !value.isEmpty else {
            return FuzzHost.refuse(TENON_NOT_FOUND, error)
          }
          return FuzzHost.put(value, out)
        },
        put_all: { context, records, count, _ in
          for record in UnsafeBufferPointer(start: records, count: count) {
            FuzzHost.from(context).records[record.name.text] = record.value.array
          }
          return TENON_OK
        }))
  }

  private func keep(_ key: [UInt8], _ out: UnsafeMutablePointer<OpaquePointer?>?) -> Int32 {
    keys.append(key)
    out?.pointee = OpaquePointer(bitPattern: keys.count)
    return TENON_OK
  }

  private func addKeys(_ me: UnsafeMutableRawPointer) {
    add(
      TENON_HOST_KEY_ID,
      tenon_host_key(
        struct_size: 88, flags: 0, ctx: me,
        generate: { context, _, out, _ in
          let host = FuzzHost.from(context)
          return host.keep([UInt8]("key \(host.keys.count)".utf8), out)
        },
        import_private: { context, pem, out, _ in
          FuzzHost.from(context).keep([UInt8]("key ".utf8) + pem.array, out)
        },
        import_public: { context, text, out, error in
          let words = text.array.split(separator: 0x20)
          guard words.count >= 2 else { return FuzzHost.refuse(TENON_INVALID_ARGUMENT, error) }
          return FuzzHost.from(context).keep(Array(words[0]) + [0x20] + words[1], out)
        },
        export_private: { context, key, out, _ in
          FuzzHost.put(
            Array(FuzzHost.from(context).keys[Int(bitPattern: key) - 1].dropFirst(4)), out)
        },
        public_key: { context, key, _, out, _ in
          FuzzHost.put(FuzzHost.from(context).keys[Int(bitPattern: key) - 1], out)
        },
        scheme: { _, _, out, _ in FuzzHost.put([UInt8]("EdDSA".utf8), out) },
        sign: { _, _, _, out, _ in FuzzHost.put(FuzzHost.signature, out) },
        verify: { _, _, _, _, signature, error in
          signature.array == FuzzHost.signature
            ? TENON_OK : FuzzHost.refuse(TENON_REFUSED, error)
        },
        forget: { _, _ in }))
  }

  private func addCluster(_ me: UnsafeMutableRawPointer) {
    add(
      TENON_HOST_CLUSTER_ID,
      tenon_host_cluster(
        struct_size: 32, flags: 0, ctx: me, name: { FuzzHost.put([UInt8]("c".utf8), $1) },
        suite: { FuzzHost.put([UInt8]("legacy".utf8), $1) }))
    add(
      TENON_HOST_CA_ID,
      tenon_host_ca(
        struct_size: 40, flags: 0, ctx: me,
        signer: { _, keyID, scheme, _ in
          _ = FuzzHost.put([UInt8]("k".utf8), keyID)
          return FuzzHost.put([UInt8]("EdDSA".utf8), scheme)
        }, sign: { _, _, out, _ in FuzzHost.put(FuzzHost.signature, out) },
        verify: { _, keyID, _, _, signature, error in
          guard keyID.text == "k" else { return FuzzHost.refuse(TENON_NOT_FOUND, error) }
          return signature.array == FuzzHost.signature
            ? TENON_OK : FuzzHost.refuse(TENON_REFUSED, error)
        }))
  }
}
