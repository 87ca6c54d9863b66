import PluginABI

/// `tenon.host.tokens/1`, for commands.
enum HostTokenService {
  /// Longest section a plugin may write; the authority reads no longer documents.
  private static let limit = 1 << 20

  static func table(_ context: UnsafeMutableRawPointer) -> tenon_host_tokens {
    tenon_host_tokens(
      struct_size: UInt32(MemoryLayout<tenon_host_tokens>.size), flags: 0, ctx: context,
      get: { context, name, out, error in
        guard let tokens = ServiceContext.from(context)?.services.tokens else {
          return TENON_INTERNAL
        }
        let name = String(name)
        let found = Waiting.result { () async throws(PluginFailure) in
          try await tokens.get(name)
        }
        switch found {
        case .success(let bytes): return out.put(bytes)
        case .failure(let failure): return ErrorSlot.write(error, failure)
        }
      },
      update: { context, name, spec, status, revision, flags, error in
        guard let tokens = ServiceContext.from(context)?.services.tokens else {
          return TENON_INTERNAL
        }
        guard flags & ~TENON_TOKEN_UNLOCK == 0, (0...HostTokenService.limit).contains(spec.len),
          (0...HostTokenService.limit).contains(status.len)
        else {
          return ErrorSlot.write(
            error, code: TENON_INVALID_ARGUMENT, message: "the token cannot be updated like this",
            hint: "see tenon/host/tokens.h")
        }
        let (name, spec, status) = (String(name), Array(spec), Array(status))
        let done = Waiting.result { () async throws(PluginFailure) in
          try await tokens.update(
            name, spec: spec, status: status, revision: revision,
            unlocks: flags & TENON_TOKEN_UNLOCK != 0)
          return true
        }
        if case .failure(let failure) = done { return ErrorSlot.write(error, failure) }
        return TENON_OK
      })
  }
}
