import CLinux
import PluginABI

/// The C tables of one instance's host services, at addresses that stay put while it lives.
///
/// Sound to share: the tables are written once in `init` and only read afterwards; the memory is freed
/// when the last reference goes, and a stuck call keeps one for ever.
final class HostTable: @unchecked Sendable {
  let context: ServiceContext
  let host: UnsafeMutablePointer<tenon_host>
  private var tables: [(id: String, pointer: UnsafeMutableRawPointer, size: Int)] = []

  init(services: InstanceServices, manifest: PluginManifest) {
    context = ServiceContext(services: services, manifest: manifest)
    host = .allocate(capacity: 1)
    host.initialize(
      to: tenon_host(
        struct_size: UInt32(MemoryLayout<tenon_host>.size), abi_major: TENON_ABI_MAJOR,
        abi_minor: TENON_ABI_MINOR, flags: 0, ctx: nil,
        get_service: { host, id, size in
          guard let context = host?.pointee.ctx else { return nil }
          let table = Unmanaged<HostTable>.fromOpaque(context).takeUnretainedValue()
          let wanted = String(id)
          guard let found = table.tables.first(where: { $0.id == wanted }) else { return nil }
          size?.pointee = found.size
          return UnsafeRawPointer(found.pointer)
        }))
    let shared = Unmanaged.passUnretained(context).toOpaque()
    add(TENON_HOST_CONFIG_ID, HostConfigService.table(shared))
    add(TENON_HOST_RANDOM_ID, HostBasicServices.random(shared))
    add(TENON_HOST_CLOCK_ID, HostBasicServices.clock(shared))
    add(TENON_HOST_LOG_ID, HostBasicServices.log(shared))
    add(TENON_HOST_SECRET_ID, HostBasicServices.secret(shared))
    add(TENON_HOST_EVENT_ID, HostBasicServices.event(shared))
    add(TENON_HOST_KEY_ID, HostKeyService.table(shared))
    if services.storage != nil { add(TENON_HOST_STORAGE_ID, HostStorageService.table(shared)) }
    if services.cluster != nil { add(TENON_HOST_CLUSTER_ID, HostClusterService.cluster(shared)) }
    if services.tokens != nil { add(TENON_HOST_TOKENS_ID, HostTokenService.table(shared)) }
    if services.authority != nil { add(TENON_HOST_CA_ID, HostClusterService.authority(shared)) }
    host.pointee.ctx = Unmanaged.passUnretained(self).toOpaque()
  }

  deinit {
    for table in tables { table.pointer.deallocate() }
    host.deallocate()
  }

  private func add<Table>(_ id: String, _ table: Table) {
    let pointer = UnsafeMutablePointer<Table>.allocate(capacity: 1)
    pointer.initialize(to: table)
    tables.append((id, UnsafeMutableRawPointer(pointer), MemoryLayout<Table>.size))
  }
}
