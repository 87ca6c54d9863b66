internal import FoundationEssentials
internal import SwiftProtobuf

extension PingReply {
  init(_ message: ProtoPingResponse) {
    self.init(
      clusterName: message.clusterName, serverVersion: message.serverVersion,
      proxyPublicAddress: message.proxyPublicAddr, remoteAddress: message.remoteAddr,
      signatureSuite: SuiteName.text(message.signatureAlgorithmSuite))
  }

  var proto: ProtoPingResponse {
    .with {
      $0.clusterName = clusterName
      $0.serverVersion = serverVersion
      $0.proxyPublicAddr = proxyPublicAddress
      $0.remoteAddr = remoteAddress
      $0.signatureAlgorithmSuite = SuiteName.proto(signatureSuite)
      // Clients refuse to go on without these, whatever they are after.
      $0.serverFeatures.kubernetes = true
      $0.serverFeatures.app = true
      $0.serverFeatures.db = true
    }
  }
}

extension CertificateBundle {
  init(_ message: ProtoCerts) {
    self.init(
      ssh: Array(message.ssh), tls: Array(message.tls),
      tlsAuthorities: message.tlsCaCerts.map { Array($0) },
      sshAuthorities: message.sshCaCerts.map { Array($0) })
  }

  var proto: ProtoCerts {
    .with {
      $0.ssh = Data(ssh)
      $0.tls = Data(tls)
      $0.tlsCaCerts = tlsAuthorities.map { Data($0) }
      $0.sshCaCerts = sshAuthorities.map { Data($0) }
    }
  }
}

extension Role {
  init(_ message: ProtoRoleResource) {
    let limit = message.spec.options.maxSessionTtl
    self.init(
      name: message.metadata.name, impersonateRoles: message.spec.allow.impersonate.roles,
      logins: message.spec.allow.logins,
      maxSessionTTLSeconds: limit > 0 ? limit / 1_000_000_000 : nil)
  }

  var proto: ProtoRoleResource {
    .with {
      $0.kind = "role"
      $0.version = "v7"
      $0.metadata.name = name
      $0.metadata.namespace = "default"
      $0.spec.allow.logins = logins
      $0.spec.allow.impersonate.roles = impersonateRoles
      // Nanoseconds; beyond 292 years the limit is none.
      let nanoseconds = (maxSessionTTLSeconds ?? 0).multipliedReportingOverflow(by: 1_000_000_000)
      $0.spec.options.maxSessionTtl = nanoseconds.overflow ? 0 : nanoseconds.partialValue
    }
  }
}

extension CertAuthority {
  init(_ message: ProtoCertAuthorityResource) {
    self.init(
      type: message.spec.type, clusterName: message.spec.clusterName,
      active: KeySet(message.spec.activeKeys),
      additional: KeySet(message.spec.additionalTrustedKeys))
  }

  var proto: ProtoCertAuthorityResource {
    .with {
      $0.kind = "cert_authority"
      $0.subKind = type
      $0.version = "v2"
      $0.metadata.name = clusterName
      $0.metadata.namespace = "default"
      $0.spec.type = type
      $0.spec.clusterName = clusterName
      $0.spec.activeKeys = active.proto
      $0.spec.additionalTrustedKeys = additional.proto
    }
  }
}

extension CertAuthority.KeySet {
  init(_ message: ProtoCertAuthorityResource.KeySet) {
    self.init(
      ssh: message.ssh.map { Array($0.publicKey) }, tls: message.tls.map { Array($0.publicKey) },
      jwt: message.jwt.map { Array($0.publicKey) })
  }

  var proto: ProtoCertAuthorityResource.KeySet {
    .with {
      $0.ssh = ssh.map { Self.part($0) }
      $0.tls = tls.map { Self.part($0) }
      $0.jwt = jwt.map { Self.part($0) }
    }
  }

  private static func part(_ key: [UInt8]) -> ProtoCertAuthorityResource.PublicPart {
    .with { $0.publicKey = Data(key) }
  }
}
