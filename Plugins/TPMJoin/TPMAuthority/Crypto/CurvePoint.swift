import COpenSSL

/// A point and its curve, owned.
final class CurvePoint {
  private let curve: NamedCurve
  private let group: OpaquePointer
  private let point: OpaquePointer

  init?(_ curve: NamedCurve) {
    guard let group = EC_GROUP_new_by_curve_name(curve.number) else { return nil }
    guard let point = EC_POINT_new(group) else {
      EC_GROUP_free(group)
      return nil
    }
    self.curve = curve
    self.group = group
    self.point = point
  }

  deinit {
    EC_POINT_clear_free(point)
    EC_GROUP_free(group)
  }

  /// Borrowed from the group.
  var order: OpaquePointer? { EC_GROUP_get0_order(group) }

  /// False when the coordinates are not those of a point of the curve.
  func set(_ x: [UInt8], _ y: [UInt8]) -> Bool {
    guard let first = BN_bin2bn(x, Int32(x.count), nil) else { return false }
    defer { BN_free(first) }
    guard let second = BN_bin2bn(y, Int32(y.count), nil) else { return false }
    defer { BN_free(second) }
    // Fails for a point off the curve.
    let isSet = EC_POINT_set_affine_coordinates(group, point, first, second, nil) == 1
    if !isSet { ERR_clear_error() }
    return isSet
  }

  /// A secret scalar times this point, in constant time.
  func times(_ scalar: OpaquePointer) -> CurvePoint? {
    guard let product = CurvePoint(curve),
      EC_POINT_mul(group, product.point, nil, point, scalar, nil) == 1
    else { return nil }
    return product
  }

  /// A secret scalar times the curve's generator, in constant time.
  func generator(times scalar: OpaquePointer) -> CurvePoint? {
    guard let product = CurvePoint(curve),
      EC_POINT_mul(group, product.point, scalar, nil, nil, nil) == 1
    else { return nil }
    return product
  }

  /// Both as long as the curve's field; nil at infinity.
  var coordinates: (x: [UInt8], y: [UInt8])? {
    guard let first = BN_new() else { return nil }
    defer { BN_clear_free(first) }
    guard let second = BN_new() else { return nil }
    defer { BN_clear_free(second) }
    var x = [UInt8](repeating: 0, count: curve.fieldBytes)
    var y = x
    guard EC_POINT_get_affine_coordinates(group, point, first, second, nil) == 1,
      BN_bn2binpad(first, &x, Int32(x.count)) == x.count,
      BN_bn2binpad(second, &y, Int32(y.count)) == y.count
    else { return nil }
    return (x, y)
  }
}
