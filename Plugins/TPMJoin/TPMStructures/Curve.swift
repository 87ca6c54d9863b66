/// TPM_ECC_CURVE values (TCG Algorithm Registry, table 4).
public enum Curve {
  public static let p256: UInt16 = 0x0003
  public static let p384: UInt16 = 0x0004
  public static let p521: UInt16 = 0x0005
}
