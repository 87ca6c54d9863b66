import Documents
import Glibc

/// The process that holds a lock, for people who want to end it.
struct LockHolder: Equatable {
  var process: Int32
  /// The program's name; nil when it cannot be read.
  var program: String?

  /// The holder of the `flock` on an open file: as the kernel lists it, else as the file's own text names
  /// it. An agent of another make writes no number into the file.
  init?(of file: Int32) {
    var found = stat()
    let isKnown = fstat(file, &found) == 0
    let listed = isKnown ? Self.text("/proc/locks").flatMap { Self.process(in: $0, found) } : nil
    guard let process = listed ?? Self.written(in: file) else { return nil }
    self.process = process
    let name = Self.text("/proc/\(process)/comm").map { $0.prefix { $0 != "\n" } } ?? ""
    program = name.isEmpty ? nil : String(name).printable
  }

  /// A line of the table reads `1: FLOCK ADVISORY WRITE 4711 fe:01:1234567 0 EOF`, a waiting process has
  /// `->` behind its number, and one of another process namespace the number 0.
  static func process(in table: String, _ file: stat) -> Int32? {
    // makedev(3): glibc packs both numbers in two pieces each.
    let packed = UInt64(file.st_dev)
    let device = [
      (packed >> 8) & 0xfff | (packed >> 32) & 0xffff_f000,
      packed & 0xff | (packed >> 12) & 0xffff_ff00,
    ]
    for line in table.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count >= 6, words[1] == "FLOCK", let process = Int32(words[4]), process > 0
      else { continue }
      let place = words[5].split(separator: ":")
      guard place.count == 3, place[2] == "\(file.st_ino)",
        place[..<2].map({ UInt64($0, radix: 16) }) == device
      else { continue }
      return process
    }
    return nil
  }

  private static func written(in file: Int32) -> Int32? {
    var bytes = [UInt8](repeating: 0, count: 16)
    let count = bytes.withUnsafeMutableBytes { pread(file, $0.baseAddress, $0.count, 0) }
    let digits = bytes.prefix(max(0, count)).prefix { (0x30...0x39).contains($0) }
    return Int32(String(decoding: digits, as: UTF8.self))
  }

  /// The first megabyte of a file of the kernel's.
  private static func text(_ path: String) -> String? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var content: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16 << 10)
    while content.count < 1 << 20 {
      let count = read(file, &chunk, chunk.count)
      guard count > 0 else { break }
      content += chunk[..<count]
    }
    return String(decoding: content, as: UTF8.self)
  }
}

extension LockHolder: CustomStringConvertible {
  /// `process 4711, tbot`.
  var description: String { "process \(process)" + (program.map { ", \($0)" } ?? "") }
}
