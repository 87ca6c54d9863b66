internal import FoundationEssentials
internal import SwiftProtobuf

extension ClientInit {
  init(decoding bytes: [UInt8]) throws(RPCError) {
    let message = try decode(ProtoClientInit.self, bytes, "client init message")
    self.init(
      method: message.hasJoinMethod ? message.joinMethod : nil, tokenName: message.tokenName,
      systemRole: message.systemRole)
    forwardedByProxy = message.forwardedByProxy
    if message.hasProxySuppliedParameters {
      proxyParameters = ProxyParameters(
        remoteAddress: message.proxySuppliedParameters.remoteAddr,
        clientVersion: message.proxySuppliedParameters.clientVersion)
    }
  }

  func encoded() throws(RPCError) -> [UInt8] {
    try serialize(
      ProtoClientInit.with {
        if let method { $0.joinMethod = method }
        $0.tokenName = tokenName
        $0.systemRole = systemRole
        $0.forwardedByProxy = forwardedByProxy
        if let proxyParameters {
          $0.proxySuppliedParameters.remoteAddr = proxyParameters.remoteAddress
          $0.proxySuppliedParameters.clientVersion = proxyParameters.clientVersion
        }
      })
  }
}

extension ClientParams {
  init(decoding bytes: [UInt8]) throws(RPCError) {
    let message = try decode(ProtoClientParams.self, bytes, "client parameters")
    let keys: ProtoPublicKeys
    switch message.payload {
    case .botParams(let bot):
      keys = bot.publicKeys
      expiresUnixSeconds = bot.hasExpires ? bot.expires.seconds : nil
      isHost = false
    case .hostParams(let host):
      keys = host.publicKeys
      expiresUnixSeconds = nil
      isHost = true
    case nil:
      throw RPCError(.badParameter, "the client parameters name neither a bot nor a host")
    }
    publicTLSKey = Array(keys.publicTlsKey)
    publicSSHKey = Array(keys.publicSshKey)
  }

  func encoded() throws(RPCError) -> [UInt8] {
    guard !isHost else { throw RPCError(.notImplemented, "joining as a host is not supported") }
    return try serialize(
      ProtoClientParams.with {
        $0.botParams.publicKeys.publicTlsKey = .init(publicTLSKey)
        $0.botParams.publicKeys.publicSshKey = .init(publicSSHKey)
        if let expiresUnixSeconds { $0.botParams.expires.seconds = expiresUnixSeconds }
      })
  }
}

extension JoinCertificates {
  init(decoding bytes: [UInt8]) throws(RPCError) {
    let message = try decode(ProtoCertificates.self, bytes, "certificates")
    self.init(
      tls: Array(message.tlsCert), tlsAuthorities: message.tlsCaCerts.map { Array($0) },
      ssh: Array(message.sshCert), sshAuthorities: message.sshCaKeys.map { Array($0) })
  }

  func encoded() throws(RPCError) -> [UInt8] {
    try serialize(
      ProtoCertificates.with {
        $0.tlsCert = .init(tls)
        $0.tlsCaCerts = tlsAuthorities.map { .init($0) }
        $0.sshCert = .init(ssh)
        $0.sshCaKeys = sshAuthorities.map { .init($0) }
      })
  }
}
