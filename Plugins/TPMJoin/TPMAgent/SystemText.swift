import TPMSystem

/// Names and words the system knows, as text.
enum SystemText {
  static func user(_ id: UInt32) -> String { filled(256) { tenon_tpm_user_name(id, $0, $1) } }
  static func group(_ id: UInt32) -> String { filled(256) { tenon_tpm_group_name(id, $0, $1) } }
  static func error(_ number: Int32) -> String {
    filled(128) { tenon_tpm_error_text(number, $0, $1) }
  }
  static var hostName: String { filled(256) { tenon_tpm_host_name($0, $1) } }

  /// The names in a folder, sorted; none when it cannot be read.
  static func names(in folder: String) -> [String] {
    var memory = [CChar](repeating: 0, count: 16_384)
    let count = memory.withUnsafeMutableBufferPointer { buffer in
      folder.withCString { tenon_tpm_list($0, buffer.baseAddress, buffer.count) }
    }
    guard count > 0 else { return [] }
    var names: [String] = []
    var name: [UInt8] = []
    for character in memory[..<Int(count)] {
      if character == 0 {
        names.append(String(decoding: name, as: UTF8.self))
        name = []
      } else {
        name.append(UInt8(bitPattern: character))
      }
    }
    return names
  }

  static func exists(_ path: String) -> Bool {
    var node = tenon_tpm_node()
    return path.withCString { tenon_tpm_stat($0, &node) } == 0
  }

  private static func filled(
    _ size: Int, _ fill: (UnsafeMutablePointer<CChar>?, Int) -> Void
  ) -> String {
    var memory = [CChar](repeating: 0, count: size)
    memory.withUnsafeMutableBufferPointer { fill($0.baseAddress, $0.count) }
    return String(
      decoding: memory.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
