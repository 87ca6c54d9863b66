import PluginABI

/// `tenon.host.cluster/1` and `tenon.host.ca/1`, for verifiers.
enum HostClusterService {
  static func cluster(_ context: UnsafeMutableRawPointer) -> tenon_host_cluster {
    tenon_host_cluster(
      struct_size: UInt32(MemoryLayout<tenon_host_cluster>.size), flags: 0, ctx: context,
      name: { context, out in
        guard let cluster = ServiceContext.from(context)?.services.cluster else {
          return TENON_INTERNAL
        }
        return out.put(cluster.name)
      },
      suite: { context, out in
        guard let cluster = ServiceContext.from(context)?.services.cluster else {
          return TENON_INTERNAL
        }
        return out.put(cluster.suite)
      })
  }

  static func authority(_ context: UnsafeMutableRawPointer) -> tenon_host_ca {
    tenon_host_ca(
      struct_size: UInt32(MemoryLayout<tenon_host_ca>.size), flags: 0, ctx: context,
      signer: { context, keyID, scheme, _ in
        guard let authority = ServiceContext.from(context)?.services.authority else {
          return TENON_INTERNAL
        }
        let signer = authority.signer
        let status = keyID.put(signer.keyID)
        return status == TENON_OK ? scheme.put(signer.scheme) : status
      },
      sign: { context, message, out, error in
        guard let authority = ServiceContext.from(context)?.services.authority else {
          return TENON_INTERNAL
        }
        do throws(KeyFailure) {
          return out.put(try authority.sign(Array(message)))
        } catch let failure {
          return ErrorSlot.write(error, code: failure.code.rawValue, message: failure.message)
        }
      },
      verify: { context, keyID, scheme, message, signature, error in
        guard let authority = ServiceContext.from(context)?.services.authority else {
          return TENON_INTERNAL
        }
        switch authority.verify(
          keyID: String(keyID), scheme: String(scheme), message: Array(message),
          signature: Array(signature))
        {
        case .some(true): return TENON_OK
        case .some(false):
          return ErrorSlot.write(
            error, code: TENON_REFUSED, message: "the signature does not verify")
        case .none:
          return ErrorSlot.write(
            error, code: TENON_NOT_FOUND, message: "no trusted key has that id")
        }
      })
  }
}
