// modules: Documents
// sources: Sources/Wire/Client/Discovery*.swift Sources/Wire/Shared/*.swift
import Documents

/// The names of key suites by number stand in generated code, which needs a package.
enum SuiteName {
  static func text(number: Int) -> String { number == 2 ? "balanced-v1" : "" }
}

/// Any bytes as the answer to `/webapi/find`: refused as bad, or read without losing the original.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: count))
  do throws(RPCError) {
    let found = try Discovery(
      json: bytes, from: ServerAddress(host: "authority.example", port: 443))
    precondition(found.json == bytes)
    let document = try? JSON.parse(bytes)
    precondition(found.clusterName == document?["cluster_name"]?.string ?? "")
    _ = try? ServerAddress(parsing: found.publicAddress, defaultPort: 443)
  } catch {
    precondition(error.code == .badParameter)
    precondition(error.message.contains("authority.example:443"))
  }
  return 0
}
