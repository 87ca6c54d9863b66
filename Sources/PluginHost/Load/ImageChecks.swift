/// The `file-*` checks that look at the dynamic section of an image.
enum ImageChecks {
  static func run(_ image: ELFImage, _ list: inout CheckList) {
    let dynamic: ELFImage.Dynamic
    do throws(ELFImage.Malformed) {
      dynamic = try image.dynamic()
      list.pass("file-dynamic", "has a readable dynamic section")
    } catch {
      list.fail("file-dynamic", error.description, "build it anew, or install it anew")
      return
    }
    list.expect(
      "file-textrel", "has no text relocations",
      or: dynamic.hasTextRelocations
        ? ("has text relocations", "compile it with -fPIC") : nil)
    list.expect(
      "file-stack", "asks for no executable stack",
      or: image.hasExecutableStack
        ? ("asks for an executable stack", "link it with -Wl,-z,noexecstack") : nil)
    list.expect(
      "file-needed", "needs no library beyond those a plugin may use",
      or: dynamic.needed.first { !LoadPolicy.allows(library: $0) }.map {
        ("needs the library \($0)", "link it statically or use a host service in its place")
      })
    list.expect(
      "file-runpath", "has no run path",
      or: dynamic.runPath.flatMap {
        $0.isEmpty ? nil : ("has the run path \($0)", "link it without -rpath")
      })
    list.expect(
      "file-exports", "exports tenon_module_open and nothing else", or: exportFault(dynamic))
    // The host loads with RTLD_NOW and RTLD_NODELETE, so these two are the author's to repair.
    list.expect(
      "file-binding", "binds at once and makes its relocations read-only",
      or: dynamic.bindsNow && image.hasReadOnlyRelocations
        ? nil
        : (
          "leaves its relocations writable", "link it with -Wl,-z,now -Wl,-z,relro"
        ), forbidsLoading: false)
    list.expect(
      "file-nodelete", "is marked as never unloaded",
      or: dynamic.isNoDelete
        ? nil : ("is not marked as never unloaded", "link it with -Wl,-z,nodelete"),
      forbidsLoading: false)
  }

  private static func exportFault(_ dynamic: ELFImage.Dynamic) -> (String, String)? {
    let exports = dynamic.exports.filter { !["_init", "_fini"].contains($0) }
    if exports == ["tenon_module_open"] { return nil }
    let extra = exports.filter { $0 != "tenon_module_open" }
    return extra.isEmpty
      ? ("does not export tenon_module_open", "see tenon/module.h")
      : (
        "exports \(extra.prefix(3).joined(separator: ", ")) beside tenon_module_open",
        "compile it with -fvisibility=hidden, or link it with a version script"
      )
  }
}
