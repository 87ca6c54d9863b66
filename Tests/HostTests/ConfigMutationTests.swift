import Testing

@testable import Host

/// Damaged documents: whatever they hold, the reader answers in full sentences and keeps secrets.
@Suite("A damaged configuration")
struct ConfigMutationTests {
  static let seeds = [
    ConfigTests.minimal,
    """
    version: v2
    auth_server: "[::1]:3025"
    oneshot: true
    certificate_ttl: 8h
    onboarding: {join_method: badge, token: /run/token, badge: {pin_code_path: /run/code}}
    storage: {type: directory, path: state, symlinks: secure}
    outputs:
      - {type: folders/v2, destination: /opt/folders, name: one}
      - {type: cards, destination: {type: memory}, colour: off, credential_ttl: 5m}
    plugins: {directory: /opt/plugins, require_pins: true, pins: {a.so: \(ConfigRefusalTests.pin)}}
    """,
  ]

  /// Pieces that readers stumble over.
  static let pieces = [
    "", " ", "\n", "\n  ", "\t", "- ", ": ", ":", "{", "}", "[", "]", ",", "\"", "'", "#", "|",
    "&a ",
    "*a", "!t ", "~", "null", "true", "-1", "0", "1e99", "0x", "99999999999999999999h", "type: ",
    "v2", "memory", "\u{0}", "\u{1B}[2J", "\u{2028}", "é", "/", "//", "..", "services: ", "name: ",
  ]

  @Test("is read or refused, never worse", arguments: 0..<seeds.count)
  func damaged(_ index: Int) {
    var random = Generator(state: UInt64(index + 1))
    var world = World()
    world.files = ["/run/token": "hall", "/run/code": "s3cret-pin"]
    let seed = Array(Self.seeds[index].unicodeScalars)
    var accepted = 0
    for round in 0..<3000 {
      var text = seed
      for _ in 0...Int.random(in: 0..<3, using: &random) {
        let start = Int.random(in: 0...text.count, using: &random)
        let end = min(text.count, start + Int.random(in: 0..<12, using: &random))
        let piece = Self.pieces[Int.random(in: 0..<Self.pieces.count, using: &random)]
        text.replaceSubrange(start..<end, with: Array(piece.unicodeScalars))
      }
      let document = String(String.UnicodeScalarView(text))
      let said: [String]
      do {
        said = try world.read(document).warnings.map(\.description)
        accepted += 1
      } catch {
        said = error.problems.map(\.description)
        #expect(!said.isEmpty, "round \(round)")
      }
      for sentence in said {
        // What the damage cuts off a secret may land anywhere; as a whole it must not be shown.
        let isClean = sentence.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
        #expect(isClean && !sentence.contains("s3cret-pin"), "round \(round): \(document)")
      }
    }
    #expect((10..<2900).contains(accepted), "the damage is neither too light nor too heavy")
  }

  /// SplitMix64.
  struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }
}
