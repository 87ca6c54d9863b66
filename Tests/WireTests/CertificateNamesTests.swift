import Testing

@testable import Wire

@Suite struct CertificateNamesTests {
  static let names = CertificateNames(
    dns: ["cluster.example", "*.apps.example", "*.com", "*"],
    addresses: [[127, 0, 0, 1], [UInt8](repeating: 0, count: 15) + [1]])

  @Test(arguments: [
    "cluster.example", "CLUSTER.example", "cluster.example.", "a.apps.example", "127.0.0.1", "::1",
  ])
  func aCertificateIsGoodForItsNames(_ name: String) {
    #expect(Self.names.match(name))
  }

  @Test(arguments: [
    "other.example", "example", "x.cluster.example", "apps.example", ".apps.example",
    "a.b.apps.example", "evil.com", "localhost", "", ".", "127.0.0.2", "::2", "*.apps.examples",
  ])
  func aCertificateIsGoodForNothingElse(_ name: String) {
    #expect(!Self.names.match(name))
  }

  @Test func aCertificateWithoutNamesIsGoodForNobody() {
    #expect(!CertificateNames(dns: []).match("cluster.example"))
  }
}
