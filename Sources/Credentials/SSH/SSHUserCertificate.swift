import Documents

/// What goes into the SSH certificate of a user or bot: the identity, and what a session may do.
public struct SSHUserCertificate: Sendable {
  /// How much of the identity goes into extensions.
  public enum Format: String, Sendable {
    /// Everything.
    case standard
    /// For servers that choke on long extensions: roles, traits and routes are left out.
    case oldSSH = "oldssh"
  }

  /// Whom the certificate speaks for; its `logins` become the principals.
  public var identity: TLSIdentity
  /// When it can be used.
  public var validity: Validity
  /// Whether sessions may forward ports.
  public var permitPortForwarding = false
  /// Whether sessions may forward the SSH agent.
  public var permitAgentForwarding = false
  /// Whether sessions may forward X11.
  public var permitX11Forwarding = false
  /// How much of the identity goes into extensions.
  public var format = Format.standard
  /// Extensions that the user's roles add.
  public var additionalExtensions: [String: String] = [:]

  /// A request that permits a terminal and nothing else.
  public init(identity: TLSIdentity, validity: Validity) {
    self.identity = identity
    self.validity = validity
  }

  /// The principals of a certificate that allows some logins.
  ///
  /// - Parameters:
  ///   - logins: what the user's roles allow; none at all gives a login that exists nowhere, because
  ///     an empty list would mean every login.
  ///   - uuid: a fresh UUID, part of the login that exists nowhere.
  public static func principals(allowing logins: [String], uuid: String) -> [String] {
    (logins.isEmpty ? ["-teleport-nologin-\(uuid)"] : logins) + ["-teleport-internal-join"]
  }

  /// The certificate for the user authority to sign.
  public var content: SSHCertificateContent {
    var options: [String: String] = [:]
    if !identity.pinnedIP.isEmpty {
      let bits = identity.pinnedIP.utf8.contains(UInt8(ascii: ":")) ? 128 : 32
      options["source-address"] = "\(identity.pinnedIP)/\(bits)"
    }
    return SSHCertificateContent(
      kind: .user, keyID: identity.username, principals: identity.logins,
      validAfter: UInt64(clamping: validity.notBefore),
      validBefore: UInt64(clamping: validity.notAfter), criticalOptions: options,
      extensions: extensions)
  }

  private var extensions: [String: String] {
    var extensions = additionalExtensions
    func set(_ name: String, _ value: String) {
      if !value.isEmpty { extensions[name] = value }
    }
    func mark(_ name: String, _ present: Bool) {
      if present { extensions[name] = "" }
    }
    mark("permit-pty", true)
    mark("permit-port-forwarding", permitPortForwarding)
    mark("permit-agent-forwarding", permitAgentForwarding)
    mark("permit-X11-forwarding", permitX11Forwarding)
    if format == .standard {
      if !identity.roles.isEmpty {
        let roles = Node.object([
          ("version", .text("v1")), ("roles", .array(identity.roles.map { .text($0) })),
        ])
        set("teleport-roles", String(decoding: JSON.serialize(roles), as: UTF8.self))
      }
      if !identity.traits.isEmpty { set("teleport-traits", Traits.json(identity.traits)) }
      set("teleport-route-to-cluster", identity.routeToCluster)
    }
    set("mfa-verified", identity.mfaDeviceID)
    set("login-ip", identity.loginIP)
    set("private-key-policy", identity.privateKeyPolicy)
    set("impersonator", identity.impersonator)
    mark("disallow-reissue", identity.disallowReissue)
    mark("renewable", identity.renewable)
    if identity.generation > 0 { set("generation", "\(identity.generation)") }
    if let moment = identity.previousIdentityExpires {
      set("prev-identity-expires", RFC3339.text(moment))
    }
    set("teleport-allowed-resources", identity.allowedResources)
    set("teleport-connection-diagnostic-id", identity.connectionDiagnosticID)
    set("teleport-device-id", identity.rare.deviceID)
    set("teleport-device-asset-tag", identity.rare.deviceAssetTag)
    set("teleport-device-credential-id", identity.rare.deviceCredentialID)
    set("bot-name@goteleport.com", identity.botName)
    set("bot-instance-id@goteleport.com", identity.botInstanceID)
    set("delegation-session-id@goteleport.com", identity.rare.delegationSessionID)
    return extensions
  }
}
