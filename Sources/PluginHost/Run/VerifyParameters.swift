import PluginABI

/// What a verifier session starts from.
public struct VerifyParameters: Sendable {
  public var tokenName: String
  public var botName: String
  /// JSON of `spec.<method>` and `status.<method>`.
  public var spec: [UInt8]
  public var status: [UInt8]
  /// `Bot` or `Instance`.
  public var role: String
  /// The client's init message without field 1.
  public var initMessage: [UInt8]
  /// Bot instance in the caller's certificate; empty when unauthenticated.
  public var instanceID: String
  /// Why joins with this token are locked now; empty without a lock.
  public var lockMessage: String

  public init(
    tokenName: String, botName: String, spec: [UInt8], status: [UInt8], role: String,
    initMessage: [UInt8], instanceID: String, lockMessage: String
  ) {
    self.tokenName = tokenName
    self.botName = botName
    self.spec = spec
    self.status = status
    self.role = role
    self.initMessage = initMessage
    self.instanceID = instanceID
    self.lockMessage = lockMessage
  }
}

extension VerifyParameters {
  /// The C form, for the length of `body`.
  func lend<Result>(_ body: (UnsafePointer<tenon_verify_params>) -> Result) -> Result {
    tokenName.lend { token in
      botName.lend { bot in
        spec.lend { spec in
          status.lend { status in
            role.lend { role in
              initMessage.lend { initMessage in
                instanceID.lend { instance in
                  lockMessage.lend { lock in
                    var raw = tenon_verify_params(
                      struct_size: UInt32(MemoryLayout<tenon_verify_params>.size), flags: 0,
                      token_name: token, bot_name: bot, spec: spec, status: status, role: role,
                      init: initMessage, instance_id: instance, lock_message: lock)
                    return withUnsafePointer(to: &raw) { body($0) }
                  }
                }
              }
            }
          }
        }
      }
    }
  }
}
