import CLinux
import PluginHost
import Synchronization

/// Files that end with the process; zeroed when they are replaced or dropped.
final class MemoryDestination: Destination {
  private let held = Mutex<[Artifact]>([])

  init() {}

  deinit { held.withLock { Self.zero(&$0) } }

  /// Copies of the files of the last set.
  var artifacts: [Artifact] { held.withLock { $0.map(Self.copy) } }

  func check() throws(RecordError) {}

  func writeAll(_ artifacts: [Artifact]) throws(RecordError) {
    held.withLock { held in
      Self.zero(&held)
      held = artifacts.map(Self.copy)
    }
  }

  /// Unshared storage: zeroing a shared array would only zero a duplicate.
  private static func copy(_ artifact: Artifact) -> Artifact {
    Artifact(
      name: artifact.name, content: artifact.content.map { $0 }, isSecret: artifact.isSecret)
  }

  private static func zero(_ artifacts: inout [Artifact]) {
    for index in artifacts.indices {
      artifacts[index].content.withUnsafeMutableBytes { tenon_zero($0.baseAddress, $0.count) }
    }
  }
}
