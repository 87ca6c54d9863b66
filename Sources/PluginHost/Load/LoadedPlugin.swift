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
    let pointer = try Self.open(entry, with: Self.entryPoint(of: entry))
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

  /// Maps the file into this process and finds its one function.
  static func entryPoint(
    of entry: CatalogEntry
  ) throws(PluginRefusal) -> tenon_module_open_function {
    func refuse(_ check: String, _ reason: String, _ remedy: String) -> PluginRefusal {
      PluginRefusal(check: check, path: entry.path, reason: reason, remedy: remedy)
    }
    try checkEnvironment(path: entry.path)
    let name = "/proc/self/fd/\(entry.file.descriptor)"
    guard let handle = dlopen(name, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE) else {
      let reason = dlerror().map { String(cString: $0).replacing(name + ": ", with: "") }
      throw refuse(
        "open-load", "cannot be loaded: \(reason ?? "the loader gives no reason")",
        "link it with -Wl,-z,defs and install the libraries it needs")
    }
    keepOpen(entry.file)
    guard let symbol = dlsym(handle, "tenon_module_open") else {
      throw refuse("open-load", "does not export tenon_module_open", "see tenon/module.h")
    }
    return unsafeBitCast(symbol, to: tenon_module_open_function.self)
  }

  /// Calls that function with this host's ABI numbers.
  static func open(
    _ entry: CatalogEntry, with function: tenon_module_open_function
  ) throws(PluginRefusal) -> UnsafePointer<tenon_module> {
    var arguments = tenon_open_args(
      struct_size: UInt32(MemoryLayout<tenon_open_args>.size), abi_major: TENON_ABI_MAJOR,
      abi_minor: TENON_ABI_MINOR, flags: 0)
    var error = ErrorSlot()
    guard let pointer = error.fill({ function(&arguments, $0) }) else {
      throw PluginRefusal(
        check: "open-refused", path: entry.path,
        reason: error.text.map { "refuses to open: \($0)" } ?? "returned no module and no reason",
        remedy: "install the build of the plugin that belongs to this version of Tenon")
    }
    return pointer
  }

  /// The table behind a capability id, copied into a zeroed local of the host's size.
  func capability<Table>(
    _ id: String, as type: Table.Type, zero: Table, minimum: Int
  ) throws(PluginRefusal) -> Table {
    let (table, size) = lookup(id)
    guard let table else {
      throw refusal(
        "describe-capability", "does not have the capability \(id) its manifest names")
    }
    let stated = Int(table.load(as: UInt32.self))
    guard stated >= minimum, size >= minimum else {
      throw refusal(
        "describe-size",
        "has a \(id) table of \(min(stated, size)) bytes, at least \(minimum) are needed")
    }
    var copy = zero
    withUnsafeMutableBytes(of: &copy) { target in
      target.copyMemory(
        from: UnsafeRawBufferPointer(start: table, count: min(stated, size, target.count)))
    }
    return copy
  }

  /// What `get_capability` answers for an id: the table and the size it states.
  func lookup(_ id: String) -> (table: UnsafeRawPointer?, size: Int) {
    var size = 0
    let table = id.lend { module.copy.get_capability?($0, &size) ?? nil }
    return (table, size)
  }

  func refusal(_ check: String, _ reason: String) -> PluginRefusal {
    PluginRefusal(
      check: check, path: file.path, reason: reason,
      remedy: "report it to the plugin's author; tenon plugin validate shows every fault")
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
