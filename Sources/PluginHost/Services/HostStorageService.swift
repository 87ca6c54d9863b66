import PluginABI

/// `tenon.host.storage/1`, confined to the records the manifest names.
enum HostStorageService {
  static func table(_ context: UnsafeMutableRawPointer) -> tenon_host_storage {
    tenon_host_storage(
      struct_size: UInt32(MemoryLayout<tenon_host_storage>.size), flags: 0, ctx: context,
      get: { context, name, out, error in
        guard let context = ServiceContext.from(context), let storage = context.services.storage
        else { return TENON_INTERNAL }
        let name = String(name)
        guard context.records.contains(name) else { return HostStorageService.refuse(name, error) }
        do throws(RecordError) {
          guard let value = try storage.get(name), !value.isEmpty else {
            return ErrorSlot.write(
              error, code: TENON_NOT_FOUND, message: "there is no record \(name)")
          }
          return out.put(value)
        } catch let failure {
          return ErrorSlot.write(
            error, code: TENON_UNAVAILABLE, retry: TENON_RETRY_LATER, message: failure.message,
            hint: failure.hint)
        }
      },
      put_all: { context, records, count, error in
        guard let context = ServiceContext.from(context), let storage = context.services.storage
        else { return TENON_INTERNAL }
        guard (0...64).contains(count), count == 0 || records != nil else {
          return TENON_INVALID_ARGUMENT
        }
        var changes: [RecordChange] = []
        for record in UnsafeBufferPointer(start: records, count: count) {
          let name = String(record.name)
          guard context.records.contains(name) else {
            return HostStorageService.refuse(name, error)
          }
          guard (0...Int(TENON_STORAGE_VALUE_MAX_BYTES)).contains(record.value.len) else {
            return ErrorSlot.write(
              error, code: TENON_INVALID_ARGUMENT, message: "record \(name) is over 1 MiB")
          }
          changes.append(
            RecordChange(name: name, value: record.remove != 0 ? nil : Array(record.value)))
        }
        do throws(RecordError) {
          try storage.putAll(changes)
          return TENON_OK
        } catch let failure {
          return ErrorSlot.write(
            error, code: TENON_UNAVAILABLE, retry: TENON_RETRY_LATER, message: failure.message,
            hint: failure.hint)
        }
      })
  }

  private static func refuse(
    _ name: String, _ error: UnsafeMutablePointer<tenon_error>?
  ) -> Int32 {
    ErrorSlot.write(
      error, code: TENON_REFUSED, message: "the manifest does not name a record \(name)",
      hint: "add it to \"records\" in the plugin's manifest")
  }
}
