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
  return answering(error) { () throws(PluginError) in
    let config = try configured(Host(host))
    let instance = UnsafeMutablePointer<IdentityConfig>.allocate(capacity: 1)
    instance.initialize(to: config)
    out.pointee = OpaquePointer(instance)
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
  guard let output, plan.write != nil else { return brokenContract("plan", error) }
  let config = UnsafePointer<IdentityConfig>(output).pointee
  return answering(error) { () throws(PluginError) in try plan.put(IdentityPlan.document(config)) }
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
  var document = credentials.array
  defer { wipe(&document) }
  var files: [Artifact] = []
  defer {
    for index in files.indices where files[index].isSecret { wipe(&files[index].content) }
  }
  do {
    files = try IdentityRenderer.render(
      document, config: UnsafePointer<IdentityConfig>(output).pointee)
  } catch let failure {
    return PluginError(failure).report(to: error)
  }
  for file in files {
    let code = hand(file, to: artifacts)
    guard code == TENON_OK else {
      return PluginError(
        code, concat("the host did not take the file ", file.name),
        hint: "see the log of the host for its reason", retry: TENON_RETRY_LATER
      ).report(to: error)
    }
  }
  return TENON_OK
}

private func configured(_ host: Host) throws(PluginError) -> IdentityConfig {
  let cluster = try host.config("cluster")
  let sshConfig = try host.config("ssh_config")
  let allowReissue = try host.config("allow_reissue")
  do {
    return try IdentityConfig(cluster: cluster, sshConfig: sshConfig, allowReissue: allowReissue)
  } catch let failure {
    throw PluginError(failure)
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
