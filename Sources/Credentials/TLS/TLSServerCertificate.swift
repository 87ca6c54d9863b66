import Glibc
import SwiftASN1
import X509

/// What goes into the certificate of one of the cluster's own servers.
public struct TLSServerCertificate: Sendable {
  /// The name every server of a cluster answers to, whatever the cluster is called.
  public static let apiDomain = "teleport.cluster.local"

  /// CN of the subject.
  public var commonName: String
  /// System roles (O), for example `Auth`.
  public var organizations: [String]
  /// Host names, wildcards and IP addresses of the subject alternative name.
  public var names: [String]
  /// When it can be used.
  public var validity: Validity

  /// A request for a server certificate.
  public init(
    commonName: String, organizations: [String], names: [String], validity: Validity
  ) {
    self.commonName = commonName
    self.organizations = organizations
    self.names = names
    self.validity = validity
  }

  /// The certificate of a host of the cluster: the API domain, the host's ID and its public names.
  public static func host(
    id: String, clusterName: String, role: String, publicNames: [String], validity: Validity
  ) -> TLSServerCertificate {
    var names = ["*." + apiDomain, apiDomain, id, "\(id).\(clusterName)"]
    for name in publicNames where !names.contains(name) {
      names.append(name)
    }
    return TLSServerCertificate(
      commonName: "\(id).\(clusterName)", organizations: [role], names: names, validity: validity)
  }

  var subject: DistinguishedName {
    let roles = organizations.map {
      RelativeDistinguishedName(.init(type: .RDNAttributeType.organizationName, utf8String: $0))
    }
    return DistinguishedName(
      roles + [
        RelativeDistinguishedName(
          .init(type: .RDNAttributeType.commonName, utf8String: commonName))
      ])
  }

  var alternativeNames: SubjectAlternativeNames {
    SubjectAlternativeNames(
      names.map { name in
        Self.address(name).map { .ipAddress(ASN1OctetString(contentBytes: $0[...])) }
          ?? .dnsName(name)
      })
  }

  /// The 4 or 16 bytes of an IP address in text form.
  private static func address(_ text: String) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: 16)
    if inet_pton(AF_INET, text, &bytes) == 1 { return Array(bytes.prefix(4)) }
    if inet_pton(AF_INET6, text, &bytes) == 1 { return bytes }
    return nil
  }
}
