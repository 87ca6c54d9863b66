import PluginABI

/// `tenon.host.key/1` over the instance's key provider.
enum HostKeyService {
  static func table(_ context: UnsafeMutableRawPointer) -> tenon_host_key {
    tenon_host_key(
      struct_size: UInt32(MemoryLayout<tenon_host_key>.size), flags: 0, ctx: context,
      generate: { context, algorithm, out, error in
        HostKeyService.keep(context, out, error) { provider throws(KeyFailure) in
          try provider.generate(String(algorithm))
        }
      },
      import_private: { context, pem, out, error in
        HostKeyService.keep(context, out, error) { provider throws(KeyFailure) in
          var copy = Array(pem)
          defer { copy.wipe() }
          return try provider.importPrivate(copy)
        }
      },
      import_public: { context, text, out, error in
        HostKeyService.keep(context, out, error) { provider throws(KeyFailure) in
          try provider.importPublic(Array(text))
        }
      },
      export_private: { context, key, out, error in
        HostKeyService.answer(context, key, out, error) { key throws(KeyFailure) in
          try key.exportPrivate()
        }
      },
      public_key: { context, key, encoding, out, error in
        HostKeyService.answer(context, key, out, error) { key throws(KeyFailure) in
          try key.publicKey(String(encoding))
        }
      },
      scheme: { context, key, out, error in
        HostKeyService.answer(context, key, out, error) { key throws(KeyFailure) in
          Array(key.scheme.utf8)
        }
      },
      sign: { context, key, message, out, error in
        HostKeyService.answer(context, key, out, error) { key throws(KeyFailure) in
          try key.sign(Array(message))
        }
      },
      verify: { context, key, scheme, message, signature, error in
        guard let key = ServiceContext.from(context)?.key(key) else {
          return ErrorSlot.write(error, code: TENON_INVALID_ARGUMENT, message: "no such key")
        }
        let good = key.verify(
          scheme: String(scheme), message: Array(message), signature: Array(signature))
        return good
          ? TENON_OK
          : ErrorSlot.write(error, code: TENON_REFUSED, message: "the signature does not verify")
      },
      forget: { context, key in ServiceContext.from(context)?.forget(key) })
  }

  private static func keep(
    _ context: UnsafeMutableRawPointer?, _ out: UnsafeMutablePointer<OpaquePointer?>?,
    _ error: UnsafeMutablePointer<tenon_error>?,
    _ make: (any KeyProvider) throws(KeyFailure) -> any HostKey
  ) -> Int32 {
    guard let context = ServiceContext.from(context), let out else { return TENON_INTERNAL }
    do throws(KeyFailure) {
      out.pointee = context.keep(try make(context.services.keys))
      return TENON_OK
    } catch let failure {
      return ErrorSlot.write(error, code: failure.code.rawValue, message: failure.message)
    }
  }

  private static func answer(
    _ context: UnsafeMutableRawPointer?, _ key: OpaquePointer?, _ out: tenon_sink,
    _ error: UnsafeMutablePointer<tenon_error>?,
    _ make: (any HostKey) throws(KeyFailure) -> [UInt8]
  ) -> Int32 {
    guard let key = ServiceContext.from(context)?.key(key) else {
      return ErrorSlot.write(error, code: TENON_INVALID_ARGUMENT, message: "no such key")
    }
    do throws(KeyFailure) {
      var bytes = try make(key)
      defer { bytes.wipe() }
      return out.put(bytes)
    } catch let failure {
      return ErrorSlot.write(error, code: failure.code.rawValue, message: failure.message)
    }
  }
}
