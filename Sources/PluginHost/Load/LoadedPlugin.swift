import Glibc
import PluginABI

/// A plugin whose code is in this process. There is no unloading.
public final class LoadedPlugin: Sendable {
  public let manifest: PluginManifest
  private let file: PluginFile
  private let module: ModuleReference

  /// Loads the descriptor the catalog judged, opens the module and compares it with its manifest.
  public init(_ entry: CatalogEntry) throws(PluginRefusal) {
    func refuse(_ check: String, _ reason: String, _ remedy: String = "") -> PluginRefusal {
      PluginRefusal(check: check, path: entry.path, reason: reason, remedy: remedy)
    }
    try Self.checkEnvironment(path: entry.path)
    guard
      let handle = dlopen(
        "/proc/self/fd/\(entry.file.descriptor)", RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE)
    else {
      let name = "/proc/self/fd/\(entry.file.descriptor): "
      let reason = dlerror().map { String(cString: $0).replacing(name, with: "") }
      throw refuse(
        "open-load", "cannot be loaded: \(reason ?? "the loader gives no reason")",
        "link it with -Wl,-z,defs and install the libraries it needs")
    }
    Self.keepOpen(entry.file)
    guard let symbol = dlsym(handle, "tenon_module_open") else {
      throw refuse("open-entry", "does not export tenon_module_open", "see tenon/module.h")
    }
    let open = unsafeBitCast(symbol, to: tenon_module_open_function.self)
    var arguments = tenon_open_args(
      struct_size: UInt32(MemoryLayout<tenon_open_args>.size), abi_major: TENON_ABI_MAJOR,
      abi_minor: TENON_ABI_MINOR, flags: 0)
    var error = ErrorSlot()
    guard let pointer = error.fill({ open(&arguments, $0) }) else {
      throw refuse(
        "open-refused",
        error.text.map { "refuses to open: \($0)" } ?? "returned no module and no reason",
        "install the build of the plugin that belongs to this version of Tenon")
    }
    let module = ModuleReference(pointer)
    let described = module.copy
    guard described.abi_major == entry.manifest.abi.major,
      described.abi_minor == entry.manifest.abi.minor
    else {
      throw refuse(
        "describe-manifest",
        "was built for plugin ABI \(described.abi_major).\(described.abi_minor) "
          + "but its manifest says \(entry.manifest.abi)", "rebuild it")
    }
    guard described.get_capability != nil else {
      throw refuse("describe-slots", "has no get_capability function", "see tenon/module.h")
    }
    guard String(described.id) == entry.manifest.id,
      String(described.version) == entry.manifest.version
    else {
      throw refuse(
        "describe-manifest", "does not describe itself as its manifest does",
        "rebuild it so that id and version are the same in both")
    }
    manifest = entry.manifest
    file = entry.file
    self.module = module
  }

  /// The table behind a capability id, copied into a zeroed local of the host's size.
  func capability<Table>(
    _ id: String, as type: Table.Type, zero: Table, minimum: Int
  ) throws(PluginRefusal) -> Table {
    var size = 0
    var identifier = Array(id.utf8)
    let table = identifier.withUnsafeMutableBufferPointer { buffer in
      module.copy.get_capability?(
        tenon_bytes(ptr: UnsafePointer(buffer.baseAddress), len: buffer.count), &size)
    }
    guard let table else {
      throw PluginRefusal(
        check: "describe-capability", path: file.path,
        reason: "does not have the capability \(id) its manifest names")
    }
    let stated = Int(table.load(as: UInt32.self))
    guard stated >= minimum, size >= minimum else {
      throw PluginRefusal(
        check: "describe-size", path: file.path,
        reason: "has a \(id) table of \(min(stated, size)) bytes, at least \(minimum) are needed")
    }
    var copy = zero
    withUnsafeMutableBytes(of: &copy) { target in
      target.copyMemory(
        from: UnsafeRawBufferPointer(start: table, count: min(stated, size, target.count)))
    }
    return copy
  }

  func refusal(_ check: String, _ reason: String) -> PluginRefusal {
    PluginRefusal(check: check, path: file.path, reason: reason)
  }

  private static func checkEnvironment(path: String) throws(PluginRefusal) {
    guard geteuid() != getuid() || getegid() != getgid() else { return }
    throw PluginRefusal(
      check: "open-privilege", path: path,
      reason: "is not loaded into a process that runs set-user-id",
      remedy: "run the program as the user it should act for")
  }

  private static func keepOpen(_ file: PluginFile) {
    _ = Unmanaged.passRetained(file)
  }
}

/// A pointer to a module: static data of the plugin, valid and unchanging until the process exits
/// (`tenon/module.h`), which is why sharing it between threads is sound.
struct ModuleReference: @unchecked Sendable {
  let copy: tenon_module

  init(_ pointer: UnsafePointer<tenon_module>) {
    var zeroed = tenon_module()
    withUnsafeMutableBytes(of: &zeroed) { target in
      target.copyMemory(
        from: UnsafeRawBufferPointer(
          start: pointer, count: min(Int(pointer.pointee.struct_size), target.count)))
    }
    copy = zeroed
  }
}
