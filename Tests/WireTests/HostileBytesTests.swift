import Testing

@testable import Wire

/// Messages that were damaged on their way: read, or refused as bad, and never more than that.
@Suite struct HostileBytesTests {
  /// The same damage in every run.
  private struct Damage {
    var state: UInt64

    mutating func next(below limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(truncatingIfNeeded: state >> 33) % limit
    }

    mutating func apply(to bytes: [UInt8]) -> [UInt8] {
      var bytes = bytes
      for _ in 0...next(below: 3) {
        switch next(below: 4) {
        case 0: bytes.removeLast(next(below: bytes.count + 1))
        case 1: bytes.append(UInt8(next(below: 256)))
        case 2 where !bytes.isEmpty: bytes[next(below: bytes.count)] = UInt8(next(below: 256))
        default: bytes.insert(UInt8(next(below: 256)), at: next(below: bytes.count + 1))
        }
      }
      return bytes
    }
  }

  /// Reads `count` damaged forms of each message, and gives the codes with which they were refused.
  private func codes(
    _ messages: [[UInt8]], count: Int = 2000, _ read: ([UInt8]) throws(RPCError) -> Void
  ) -> Set<RPCError.Code> {
    var damage = Damage(state: 1)
    var codes: Set<RPCError.Code> = []
    for message in messages {
      for _ in 0..<count {
        do throws(RPCError) {
          try read(damage.apply(to: message))
        } catch {
          codes.insert(error.code)
        }
      }
    }
    return codes
  }

  @Test func damagedJoinMessagesAreReadOrRefused() throws {
    let certificates = JoinCertificates(
      tls: [10, 11], tlsAuthorities: [[12], [13]], ssh: [14], sshAuthorities: [[15]])
    let requests = [
      try JoinCodec.encode(.initialize(ClientInit(method: "echo", tokenName: "example"))),
      try JoinCodec.encode(
        .method(
          field: 7,
          params: ClientParams(publicTLSKey: [1], publicSSHKey: [2], expiresUnixSeconds: 3),
          fragment: [0x12, 1, 4])),
      try JoinCodec.encode(.solution(field: 3, message: [1, 2, 3])),
      try JoinCodec.encode(.givingUp(reason: .solutionFailed, text: "no key")),
    ]
    let responses = [
      try JoinCodec.encode(ServerInit(method: "echo", signatureSuite: "balanced-v1")),
      try JoinCodec.encode(.challenge(field: 3, message: [1, 2, 3])),
      try JoinCodec.encode(
        .result(JoinResult(certificates: certificates, fragment: [0x12, 1, 4]))),
    ]
    #expect(
      codes(requests) { bytes throws(RPCError) in _ = try JoinCodec.decodeRequest(bytes) }
        == [.badParameter])
    #expect(
      codes(responses) { bytes throws(RPCError) in _ = try JoinCodec.decodeResponse(bytes) }
        == [.badParameter])
    #expect(
      codes(responses) { bytes throws(RPCError) in _ = try JoinCodec.decodeServerInit(bytes) }
        == [.badParameter])
  }

  @Test func damagedCallsAreReadOrRefused() throws {
    let request = UserCertsRequest(
      username: "bot-example", expiresUnixSeconds: 1 << 40, sshPublicKey: [1, 2],
      tlsPublicKey: [3, 4], routeToCluster: "test.example", roleRequests: ["access"],
      useRoleRequests: true)
    var heartbeat = Heartbeat(
      recordedAtUnixSeconds: 1, isStartup: true, version: "1.0.0", hostname: "box",
      uptimeSeconds: 5, joinMethod: "echo", oneShot: true, architecture: "amd64",
      operatingSystem: "linux")
    heartbeat.services = [
      .init(type: "identity", name: "a", status: .unhealthy, reason: "b", updatedAtUnixSeconds: 2)
    ]
    let authority = CertAuthority(
      type: "host", clusterName: "test.example", active: .init(ssh: [[1]], tls: [[2]], jwt: [[3]]))
    let role = Role(
      name: "a", impersonateRoles: ["b"], logins: ["c"], maxSessionTTLSeconds: 1 << 40)
    #expect(
      codes([try serialize(request.proto)]) { bytes throws(RPCError) in
        _ = try UserCertsRequest(try decode(ProtoUserCertsRequest.self, bytes, "request"))
      } == [.badParameter])
    #expect(
      codes([try serialize(heartbeat.proto)]) { bytes throws(RPCError) in
        _ = try Heartbeat(try decode(ProtoSubmitHeartbeatRequest.self, bytes, "heartbeat"))
      } == [.badParameter])
    #expect(
      codes([try serialize(authority.proto)]) { bytes throws(RPCError) in
        _ = CertAuthority(try decode(ProtoCertAuthorityResource.self, bytes, "authority"))
      } == [.badParameter])
    #expect(
      codes([try serialize(role.proto)]) { bytes throws(RPCError) in
        _ = Role(try decode(ProtoRoleResource.self, bytes, "role"))
      } == [.badParameter])
  }
}
