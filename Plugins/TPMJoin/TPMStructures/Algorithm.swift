/// TPM_ALG_ID values (TCG Algorithm Registry, table 3) that a join can meet.
public enum Algorithm {
  public static let rsa: UInt16 = 0x0001
  public static let aes: UInt16 = 0x0006
  public static let mgf1: UInt16 = 0x0007
  public static let sha256: UInt16 = 0x000B
  public static let sha384: UInt16 = 0x000C
  public static let sha512: UInt16 = 0x000D
  public static let null: UInt16 = 0x0010
  public static let rsassa: UInt16 = 0x0014
  public static let rsaes: UInt16 = 0x0015
  public static let rsapss: UInt16 = 0x0016
  public static let oaep: UInt16 = 0x0017
  public static let ecdsa: UInt16 = 0x0018
  public static let ecdh: UInt16 = 0x0019
  public static let ecdaa: UInt16 = 0x001A
  public static let sm2: UInt16 = 0x001B
  public static let ecSchnorr: UInt16 = 0x001C
  public static let ecMQV: UInt16 = 0x001D
  // swift-format-ignore: AlwaysUseLowerCamelCase
  public static let kdf1SP800_56A: UInt16 = 0x0020
  public static let kdf2: UInt16 = 0x0021
  // swift-format-ignore: AlwaysUseLowerCamelCase
  public static let kdf1SP800_108: UInt16 = 0x0022
  public static let ecc: UInt16 = 0x0023
  public static let cfb: UInt16 = 0x0043
}
