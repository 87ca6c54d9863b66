internal import FoundationEssentials
internal import SwiftProtobuf

extension UserCertsRequest {
  init(_ message: ProtoUserCertsRequest) throws(RPCError) {
    guard let usage = Usage(rawValue: Int(message.usage)) else {
      throw RPCError(.badParameter, "certificate usage \(message.usage) is not known")
    }
    self.init(
      username: message.username, expiresUnixSeconds: message.expires.seconds,
      sshPublicKey: Array(message.sshPublicKey), tlsPublicKey: Array(message.tlsPublicKey),
      routeToCluster: message.routeToCluster, roleRequests: message.roleRequests,
      useRoleRequests: message.useRoleRequests)
    legacyPublicKey = Array(message.publicKey)
    format = message.format
    kubernetesCluster = message.kubernetesCluster
    reissuableRoleImpersonation = message.reissuableRoleImpersonation
    self.usage = usage
  }

  var proto: ProtoUserCertsRequest {
    .with {
      $0.username = username
      $0.expires.seconds = expiresUnixSeconds
      $0.sshPublicKey = Data(sshPublicKey)
      $0.tlsPublicKey = Data(tlsPublicKey)
      $0.publicKey = Data(legacyPublicKey)
      $0.format = format
      $0.routeToCluster = routeToCluster
      $0.kubernetesCluster = kubernetesCluster
      $0.roleRequests = roleRequests
      $0.useRoleRequests = useRoleRequests
      $0.reissuableRoleImpersonation = reissuableRoleImpersonation
      $0.usage = Int32(usage.rawValue)
    }
  }
}

extension Heartbeat {
  /// Longest name of a service, in bytes.
  static let maxServiceNameBytes = 64
  /// Longest reason of a service, in bytes.
  static let maxReasonBytes = 256

  init(_ message: ProtoSubmitHeartbeatRequest) throws(RPCError) {
    guard message.hasHeartbeat else {
      throw RPCError(.badParameter, "the request holds no heartbeat")
    }
    let heartbeat = message.heartbeat
    for health in message.serviceHealth
    where health.service.name.utf8.count > Self.maxServiceNameBytes
      || health.reason.utf8.count > Self.maxReasonBytes
    {
      throw RPCError(.badParameter, "the name or reason of a service is too long")
    }
    self.init(
      recordedAtUnixSeconds: heartbeat.recordedAt.seconds, isStartup: heartbeat.isStartup,
      version: heartbeat.version, hostname: heartbeat.hostname,
      uptimeSeconds: heartbeat.uptime.seconds, joinMethod: heartbeat.joinMethod,
      oneShot: heartbeat.oneShot, architecture: heartbeat.architecture,
      operatingSystem: heartbeat.os,
      services: message.serviceHealth.map {
        ServiceHealth(
          type: $0.service.type, name: $0.service.name,
          status: ServiceHealth.Status(rawValue: Int($0.status)) ?? .unspecified,
          reason: $0.hasReason ? $0.reason : nil, updatedAtUnixSeconds: $0.updatedAt.seconds)
      })
  }

  var proto: ProtoSubmitHeartbeatRequest {
    .with {
      $0.heartbeat.recordedAt.seconds = recordedAtUnixSeconds
      $0.heartbeat.isStartup = isStartup
      $0.heartbeat.version = version
      $0.heartbeat.hostname = hostname
      $0.heartbeat.uptime.seconds = uptimeSeconds
      $0.heartbeat.joinMethod = joinMethod
      $0.heartbeat.oneShot = oneShot
      $0.heartbeat.architecture = architecture
      $0.heartbeat.os = operatingSystem
      $0.heartbeat.kind = 1
      $0.serviceHealth = services.map { service in
        .with {
          $0.service.type = service.type
          $0.service.name = Self.cut(service.name, to: Self.maxServiceNameBytes)
          $0.status = Int32(service.status.rawValue)
          if let reason = service.reason { $0.reason = Self.cut(reason, to: Self.maxReasonBytes) }
          $0.updatedAt.seconds = service.updatedAtUnixSeconds
        }
      }
    }
  }

  /// The longest beginning of whole characters that fits.
  private static func cut(_ text: String, to bytes: Int) -> String {
    var result = text
    while result.utf8.count > bytes { result.removeLast() }
    return result
  }
}
