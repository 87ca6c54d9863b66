/// The device nodes that a word of a manifest's `needs` stands for. They are fixed here rather than named by
/// manifests: a manifest could name any node, and a program that prepares a machine believes what is here.
public struct DeviceNeed: Sendable, Equatable {
  /// Absolute paths, the preferred one first. A machine may lack any of them.
  public var nodes: [String]
  /// The group that distributions give the nodes to.
  public var group: String

  private static let all = [
    "tpm": DeviceNeed(nodes: ["/dev/tpmrm0", "/dev/tpm0"], group: "tss")
  ]

  /// What a word of `needs` stands for; nil for one that means no device.
  public static func named(_ word: String) -> DeviceNeed? { all[word] }
}
