import Foundation
import Testing

/// A character device with a TPM behind it: a raw terminal whose other end hands commands to a software
/// TPM. The kernel's node needs a kernel module; the code that opens nodes does not mind.
final class TerminalDevice {
  /// The node.
  let path: String
  private let master: Int32
  /// TIOCSPTLCK and TIOCGPTN.
  private static let setLock: UInt = 0x4004_5431
  private static let getNumber: UInt = 0x8004_5430
  /// Keeps the line up while nobody has the node open.
  private let keeper: Int32

  init(_ tpm: SoftwareTPM) throws {
    master = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    var number: Int32 = 0
    var isLocked: Int32 = 0
    try #require(
      master >= 0 && ioctl(master, Self.setLock, &isLocked) == 0
        && ioctl(master, Self.getNumber, &number) == 0)
    path = "/dev/pts/\(number)"
    keeper = open(path, O_RDWR | O_NOCTTY)
    var settings = termios()
    try #require(keeper >= 0 && tcgetattr(keeper, &settings) == 0)
    cfmakeraw(&settings)
    try #require(tcsetattr(keeper, TCSANOW, &settings) == 0)
    let line = master
    Thread.detachNewThread { Relay.carry(line, to: tpm) }
  }

  deinit {
    // The thread sees the end of the line.
    close(keeper)
  }
}
