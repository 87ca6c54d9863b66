import PluginKit

/// Field numbers of the method's messages in `teleport.join.v1`, and the numbers under which the
/// envelope carries them.
public enum Field {
  /// `BoundKeypairInit` without `client_params`.
  public static let initialJoinSecret: UInt32 = 2
  public static let previousJoinState: UInt32 = 3

  /// Members of `Challenge` and, with the same numbers, of `ChallengeSolution`.
  public static let challenge: UInt32 = 1
  public static let rotation: UInt32 = 2

  /// `BoundKeypairChallenge`.
  public static let challengePublicKey: UInt32 = 1
  public static let challengeDocument: UInt32 = 2

  /// The one field of `BoundKeypairChallengeSolution`, `BoundKeypairRotationRequest` and
  /// `BoundKeypairRotationResponse`.
  public static let only: UInt32 = 1

  /// `BotResult.bound_keypair_result`, and the fields of `BoundKeypairResult`.
  public static let result: UInt32 = 2
  public static let resultJoinState: UInt32 = 2
  public static let resultPublicKey: UInt32 = 3
}

/// A message with one field.
public func single(_ number: UInt32, _ value: [UInt8]) -> [UInt8] {
  var message = WireMessage()
  message.set(number, value)
  return message.encoded
}
