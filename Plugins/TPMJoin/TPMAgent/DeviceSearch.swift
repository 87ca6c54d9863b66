import PluginABI
public import PluginKit

/// Finds the device node of the machine's TPM 2.0, the resource manager's where there is one.
public struct DeviceSearch {
  private let classFolder: String
  private let deviceFolder: String

  /// - Parameters:
  ///   - classFolder: where the kernel lists TPMs.
  ///   - deviceFolder: where their nodes are.
  public init(classFolder: String = "/sys/class/tpm", deviceFolder: String = "/dev") {
    self.classFolder = classFolder
    self.deviceFolder = deviceFolder
  }

  /// The path of the node.
  ///
  /// The kernel's list decides where there is one; a container often shows none and has the node all
  /// the same, so the usual names are tried as well.
  ///
  /// - Throws: `TENON_UNAVAILABLE` with every node that was looked for.
  public func device() throws(PluginError) -> String {
    var looked: [String] = []
    var old: [String] = []
    for entry in SystemText.names(in: classFolder) where Self.isTPM(entry) {
      let place = classFolder + "/" + entry
      if SystemText.exists(place + "/caps") {
        old.append(entry)
        continue
      }
      if let managed = SystemText.names(in: place + "/device/tpmrm").first {
        Self.add(deviceFolder + "/" + managed, to: &looked)
      }
      Self.add(deviceFolder + "/" + entry, to: &looked)
    }
    if old.isEmpty {
      Self.add(deviceFolder + "/tpmrm0", to: &looked)
      Self.add(deviceFolder + "/tpm0", to: &looked)
    }
    for path in looked where SystemText.exists(path) { return path }
    throw absent(looked, old)
  }

  private func absent(_ looked: [String], _ old: [String]) -> PluginError {
    if looked.isEmpty {
      return PluginError(
        TENON_UNAVAILABLE,
        "this machine has a TPM 1.2 only (" + Self.list(old) + "), and joining needs a TPM 2.0",
        hint: "look for a TPM 2.0 or PTT/fTPM setting in the firmware",
        retry: TENON_RETRY_AFTER_OPERATOR)
    }
    return PluginError(
      TENON_UNAVAILABLE,
      "this machine has no TPM 2.0: there is no " + Self.list(looked),
      hint:
        "switch the TPM on in the firmware, load its kernel driver, or pass the device into the "
        + "container", retry: TENON_RETRY_AFTER_OPERATOR)
  }

  private static func isTPM(_ name: String) -> Bool { name.utf8.starts(with: "tpm".utf8) }

  private static func add(_ path: String, to list: inout [String]) {
    for known in list where known.utf8.elementsEqual(path.utf8) { return }
    list.append(path)
  }

  private static func list(_ words: [String]) -> String {
    var text = ""
    for (index, word) in words.enumerated() {
      if index > 0 { text += index + 1 == words.count ? " and no " : ", no " }
      text += word
    }
    return text
  }
}
