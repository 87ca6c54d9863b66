/// Key suites as the API numbers them and as everything else names them.
enum SuiteName {
  private static let names: [(ProtoSignatureSuite, String)] = [
    (.unspecified, ""), (.legacy, "legacy"), (.balancedV1, "balanced-v1"), (.fipsV1, "fips-v1"),
    (.hsmV1, "hsm-v1"),
  ]

  /// The name of a number; empty for one this version does not know.
  static func text(_ suite: ProtoSignatureSuite) -> String {
    names.first { $0.0 == suite }?.1 ?? ""
  }

  /// The name of a number; empty for one this version does not know.
  static func text(number: Int) -> String {
    text(ProtoSignatureSuite(rawValue: number) ?? .unspecified)
  }

  /// The number of a name; unspecified for one this version does not know.
  static func proto(_ text: String) -> ProtoSignatureSuite {
    names.first { $0.1 == text }?.0 ?? .unspecified
  }
}
