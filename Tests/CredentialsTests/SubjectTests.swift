import Foundation
import Testing

@testable import Credentials

/// The subject of a user certificate says exactly what the cluster's programs expect.
@Suite struct SubjectTests {
  static let dumpScript = """
    import sys
    from cryptography import x509
    certificate = x509.load_pem_x509_certificate(sys.stdin.buffer.read())
    for name in certificate.subject.rdns:
        for attribute in name:
            print(attribute.oid.dotted_string, attribute._type.name, attribute.value, sep="|")
    """

  func issue(_ identity: TLSIdentity) throws -> TLSCertificate {
    let cluster = try Cluster.example.get()
    return try cluster.users.issue(
      identity, for: cluster.hosts.key.publicKey,
      validity: Validity(from: Cluster.now, until: Cluster.now + 60))
  }

  @Test("Python finds every attribute of a bot's certificate, in order, as UTF-8") func attributes()
    throws
  {
    let output = try Program.python(Self.dumpScript, input: issue(Cluster.bot()).pem)
    #expect(
      output.split(separator: "\n").map(String.init) == [
        "2.5.4.10|UTF8String|bot-example",
        "2.5.4.7|UTF8String|root",
        "2.5.4.7|UTF8String|ubuntu",
        "2.5.4.7|UTF8String|-teleport-internal-join",
        #"2.5.4.17|UTF8String|{"logins":["root","ubuntu"],"é\"<":["ü","\\"]}"#,
        "2.5.4.3|UTF8String|bot-example",
        "1.3.9999.1.7|UTF8String|example.com",
        "1.3.9999.1.13|UTF8String|true",
        "1.3.9999.1.14|UTF8String|7",
        "1.3.9999.1.15|UTF8String|none",
        "1.3.9999.2.18|UTF8String|example",
        "1.3.9999.2.20|UTF8String|5b1f9d0a-4b0c-4d53-9c4e-0d3cb7a4c0f1",
        #"1.3.9999.2.21|UTF8String|{"meta":{"join_token_name":"a"}}"#,
      ])
  }

  @Test("an identity that is not renewable names its join token instead") func notRenewable() throws
  {
    let output = try Program.python(
      Self.dumpScript, input: issue(Cluster.bot(renewable: false)).pem)
    #expect(!output.contains("1.3.9999.1.13|"))
    #expect(output.contains("1.3.9999.2.23|UTF8String|a\n"))
  }

  /// An identity in which no field has its default.
  static var full: TLSIdentity {
    var identity = TLSIdentity(username: "u", roles: ["b", "a", "b"])
    for (index, attribute) in SubjectAttribute.all.enumerated() where index != 0 && index != 5 {
      switch attribute.field {
      case .text(let path): identity[keyPath: path] = "text \(index)"
      case .list(let path): identity[keyPath: path] = ["z\(index)", "a\(index)", "z\(index)"]
      case .flag(let path): identity[keyPath: path] = true
      case .number(let path): identity[keyPath: path] = UInt64(index) << 40
      case .moment(let path): identity[keyPath: path] = Cluster.now
      case .traits(let path): identity[keyPath: path] = ["k": ["v", "w"], "empty": []]
      }
    }
    return identity
  }

  @Test("every field survives the way through a certificate, order and repetitions included")
  func roundTrip() throws {
    let certificate = try issue(Self.full)
    #expect(try TLSIdentity(certificate) == Self.full)
    #expect(try TLSIdentity(TLSCertificate(der: certificate.der)) == Self.full)
    let output = try Program.python(Self.dumpScript, input: certificate.pem)
    #expect(output.contains("1.3.9999.2.12|UTF8String|2026-01-01T00:00:00Z\n"))
    let types = Set(output.split(separator: "\n").map { $0.prefix { $0 != "|" } })
    #expect(types.count == SubjectAttribute.all.count)
    for arc in ["1.3.9999.1.22", "1.3.9999.2.25", "1.3.9999.2.30", "1.3.9999.3.3"] {
      #expect(types.contains(arc[...]))
    }
  }

  /// Writes a certificate whose subject is given as `oid|type|value` lines; lines that begin with
  /// `+` join the relative name before them, and the value NOSTRING becomes an OCTET STRING.
  static let makeScript = """
    import sys, datetime
    from cryptography import x509
    from cryptography.x509.name import _ASN1Type
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    names = []
    for line in sys.stdin.read().splitlines():
        oid, kind, value = line.lstrip("+").split("|", 2)
        attribute = x509.NameAttribute(x509.ObjectIdentifier(oid), value,
            getattr(_ASN1Type, kind), _validate=False)
        if line.startswith("+"):
            names[-1].append(attribute)
        else:
            names.append([attribute])
    subject = x509.Name([x509.RelativeDistinguishedName(name) for name in names])
    issuer = x509.Name([x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "c")])
    key = ec.generate_private_key(ec.SECP256R1())
    start = datetime.datetime(2026, 1, 1)
    certificate = (x509.CertificateBuilder().subject_name(subject).issuer_name(issuer)
        .public_key(key.public_key()).serial_number(1).not_valid_before(start)
        .not_valid_after(start + datetime.timedelta(hours=1)).sign(key, hashes.SHA256()))
    der = certificate.public_bytes(serialization.Encoding.DER)
    print(der.replace(b"\\x0c\\x08NOSTRING", b"\\x04\\x08NOSTRING").hex(), end="")
    """

  func foreign(_ lines: [String]) throws -> TLSCertificate {
    try TLSCertificate(
      der: bytes(hex: Program.python(Self.makeScript, input: lines.joined(separator: "\n"))))
  }

  @Test("a subject written by another program is read: several values in one name, other strings")
  func foreignSubject() throws {
    let identity = try TLSIdentity(
      foreign([
        "2.5.4.10|PrintableString|a", "+2.5.4.10|PrintableString|b", "2.5.4.3|UTF8String|bot-x",
        "2.5.4.17|UTF8String|{\"n\":null,\"l\":[\"x\"]}", "1.3.9999.1.14|PrintableString|12",
        "1.3.9999.1.13|PrintableString|true", "1.3.9999.9.9|UTF8String|unknown",
        "1.3.9999.9.10|UTF8String|NOSTRING", "2.5.4.6|PrintableString|DE",
      ]))
    var expected = TLSIdentity(username: "bot-x", roles: ["a", "b"])
    expected.traits = ["n": [], "l": ["x"]]
    expected.generation = 12
    expected.renewable = true
    #expect(identity == expected)
  }

  static let good = ["2.5.4.10|UTF8String|r", "2.5.4.3|UTF8String|u"]

  @Test(
    "a subject that lies about its form is refused",
    arguments: [
      ("no user", ["2.5.4.10|UTF8String|r"], CredentialError.Code.missing),
      ("no role", ["2.5.4.3|UTF8String|u"], .missing),
      ("empty user", ["2.5.4.10|UTF8String|r", "2.5.4.3|UTF8String|"], .missing),
      ("only empty roles", ["2.5.4.10|UTF8String|", "2.5.4.3|UTF8String|u"], .missing),
      ("two users", good + ["2.5.4.3|UTF8String|v"], .malformed),
      (
        "two generations", good + Array(repeating: "1.3.9999.1.14|UTF8String|1", count: 2),
        .malformed
      ),
      ("negative generation", good + ["1.3.9999.1.14|UTF8String|-1"], .malformed),
      (
        "generation beyond 64 bits", good + ["1.3.9999.1.14|UTF8String|18446744073709551616"],
        .malformed
      ),
      ("bot name that is no string", good + ["1.3.9999.2.18|UTF8String|NOSTRING"], .malformed),
      ("roles that are no strings", good + ["2.5.4.10|UTF8String|NOSTRING"], .malformed),
      ("traits that are no JSON", good + ["2.5.4.17|UTF8String|{"], .malformed),
      ("traits that are a list", good + ["2.5.4.17|UTF8String|[]"], .malformed),
      ("trait values that are numbers", good + ["2.5.4.17|UTF8String|{\"a\":[1]}"], .malformed),
      ("expiry that is no moment", good + ["1.3.9999.2.12|UTF8String|tomorrow"], .malformed),
    ])
  func refused(lie: String, lines: [String], code: CredentialError.Code) throws {
    let certificate = try foreign(lines)
    #expect(failure { try TLSIdentity(certificate) }?.code == code, "\(lie)")
  }

  @Test("a scoped identity needs no role, and a flag is true by its word only") func tolerated()
    throws
  {
    let scoped = try TLSIdentity(
      foreign(["2.5.4.3|UTF8String|u", "1.3.9999.2.24|UTF8String|{}"]))
    #expect(scoped.scopePin == "{}")
    let flagged = try TLSIdentity(foreign(Self.good + ["1.3.9999.1.13|UTF8String|yes"]))
    #expect(!flagged.renewable)
  }
}
