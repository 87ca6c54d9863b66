import CFFI
package import PluginABI

/// Calls of a command function through libffi: forward only, natural C types, no closures.
package enum FunctionCall {
  /// The function's result, or nil when libffi refuses the parameter list.
  package static func invoke(
    _ function: tenon_command_function, call: UnsafePointer<tenon_call>,
    arguments: [CommandArgument]
  ) -> Int32? {
    let count = arguments.count + 1
    let types = UnsafeMutablePointer<UnsafeMutablePointer<ffi_type>?>.allocate(capacity: count)
    let slots = UnsafeMutablePointer<UInt64>.allocate(capacity: count)
    let values = UnsafeMutablePointer<UnsafeMutableRawPointer?>.allocate(capacity: count)
    slots.initialize(repeating: 0, count: count)
    var texts: [UnsafeMutablePointer<CChar>] = []
    defer {
      types.deallocate()
      slots.deallocate()
      values.deallocate()
      for text in texts { text.deallocate() }
    }
    types[0] = tenon_ffi_pointer()
    slots[0] = UInt64(UInt(bitPattern: call))
    for (index, argument) in arguments.enumerated() {
      let at = index + 1
      switch argument {
      case .text(let text):
        types[at] = tenon_ffi_pointer()
        guard let text else { continue }
        let bytes = Array(text.utf8CString)
        let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
        copy.initialize(from: bytes, count: bytes.count)
        texts.append(copy)
        slots[at] = UInt64(UInt(bitPattern: copy))
      case .flag(let value):
        types[at] = tenon_ffi_sint32()
        slots[at] = value ? 1 : 0
      case .signed(let value):
        types[at] = tenon_ffi_sint64()
        slots[at] = UInt64(bitPattern: value)
      case .unsigned(let value):
        types[at] = tenon_ffi_uint64()
        slots[at] = value
      case .real(let value):
        types[at] = tenon_ffi_double()
        slots[at] = value.bitPattern
      }
    }
    for index in 0..<count { values[index] = UnsafeMutableRawPointer(slots + index) }
    var interface = ffi_cif()
    guard
      ffi_prep_cif(&interface, FFI_DEFAULT_ABI, UInt32(count), tenon_ffi_sint32(), types) == FFI_OK
    else { return nil }
    // libffi widens results narrower than a register, so the slot is register-sized and cut after.
    var result: ffi_arg = 0
    ffi_call(&interface, function, &result, values)
    return Int32(truncatingIfNeeded: result)
  }
}
