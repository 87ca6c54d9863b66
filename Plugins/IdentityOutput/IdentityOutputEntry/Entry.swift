import Documents
import IdentityOutput
import IdentityOutputManifest
public import PluginABI
import PluginKit

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func tenon_identity_create(
  _ host: UnsafePointer<tenon_host>?, _ out: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<tenon_error>?
) -> Int32 {
  guard let host, let out else { return brokenContract("create", error) }
  do {
    let values = try HostConfig(host)
    let config = try IdentityConfig(
      cluster: try values.text("cluster"), sshConfig: try values.text("ssh_config"),
      allowReissue: try values.text("allow_reissue"))
    let instance = UnsafeMutablePointer<IdentityConfig>.allocate(capacity: 1)
    instance.initialize(to: config)
    out.pointee = OpaquePointer(instance)
    return TENON_OK
  } catch let failure {
    return ErrorSlot(error).report(failure)
  }
}

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func tenon_identity_destroy(_ output: OpaquePointer?) {
  guard let output else { return }
  let instance = UnsafeMutablePointer<IdentityConfig>(output)
  instance.deinitialize(count: 1)
  instance.deallocate()
}

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func tenon_identity_plan(
  _ output: OpaquePointer?, _ plan: tenon_sink, _ error: UnsafeMutablePointer<tenon_error>?
) -> Int32 {
  guard let output, let write = plan.write else { return brokenContract("plan", error) }
  let document = IdentityPlan.document(UnsafePointer<IdentityConfig>(output).pointee)
  let code = document.withUnsafeBufferPointer { write(plan.ctx, $0.baseAddress, $0.count) }
  return code == TENON_OK ? code : ErrorSlot(error).report(code, "the host took no plan")
}

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func tenon_identity_render(
  _ output: OpaquePointer?, _ credentials: tenon_bytes, _ artifacts: tenon_artifact_sink,
  _ error: UnsafeMutablePointer<tenon_error>?
) -> Int32 {
  guard let output, artifacts.artifact != nil, credentials.ptr != nil || credentials.len == 0 else {
    return brokenContract("render", error)
  }
  var document = [UInt8](UnsafeBufferPointer(start: credentials.ptr, count: credentials.len))
  defer { wipe(&document) }
  do {
    var files = try IdentityRenderer.render(
      document, config: UnsafePointer<IdentityConfig>(output).pointee)
    defer {
      for index in files.indices where files[index].isSecret { wipe(&files[index].content) }
    }
    for file in files {
      let code = hand(file, to: artifacts)
      if code != TENON_OK {
        return ErrorSlot(error).report(code, concat("the host did not take the file ", file.name))
      }
    }
    return TENON_OK
  } catch let failure {
    return ErrorSlot(error).report(failure)
  }
}

private func hand(_ file: Artifact, to sink: tenon_artifact_sink) -> Int32 {
  let name = [UInt8](file.name.utf8)
  return name.withUnsafeBufferPointer { name in
    file.content.withUnsafeBufferPointer { content in
      var artifact = tenon_artifact(
        struct_size: UInt32(MemoryLayout<tenon_artifact>.size),
        flags: file.isSecret ? TENON_ARTIFACT_SECRET : 0,
        name: tenon_bytes(ptr: name.baseAddress, len: name.count),
        content: tenon_bytes(ptr: content.baseAddress, len: content.count))
      return sink.artifact(sink.ctx, &artifact)
    }
  }
}

private func wipe(_ bytes: inout [UInt8]) {
  bytes.withUnsafeMutableBufferPointer { tenon_identity_wipe($0.baseAddress, $0.count) }
}
