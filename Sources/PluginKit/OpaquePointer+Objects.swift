/// The objects behind the handles of the ABI (`tenon_join_method`, `tenon_verify_session` and so on).
extension OpaquePointer {
  /// A handle that keeps `object` alive until ``take(_:)``.
  public init(retaining object: some AnyObject) {
    self.init(Unmanaged.passRetained(object).toOpaque())
  }

  /// The object, which stays the handle's. `type` must be the one the handle was made of.
  public func borrow<Object: AnyObject>(_ type: Object.Type) -> Object {
    Unmanaged<Object>.fromOpaque(UnsafeRawPointer(self)).takeUnretainedValue()
  }

  /// The object, of which the handle lets go: it may not be used again. `type` must be the one the
  /// handle was made of.
  public func take<Object: AnyObject>(_ type: Object.Type) -> Object {
    Unmanaged<Object>.fromOpaque(UnsafeRawPointer(self)).takeRetainedValue()
  }
}
