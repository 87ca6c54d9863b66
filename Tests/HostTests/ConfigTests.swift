import Documents
import PluginHost
import Testing
import Wire

@testable import Host

/// Documents that are accepted, and what becomes of them.
@Suite("An accepted configuration")
struct ConfigTests {
  static let minimal = """
    version: v2
    proxy_server: example.com:443
    onboarding:
      join_method: badge
      token: hall
      badge:
        pin_code: s3cret-pin
    storage:
      type: directory
      path: /var/lib/bot
    services:
      - type: cards
        destination:
          type: directory
          path: /opt/cards
    """

  @Test("the example of the guides gives addresses, defaults and resolved sections")
  func minimal() throws {
    let read = try World().read(Self.minimal)
    #expect(read.server == .proxy(.init(host: "example.com", port: 443)))
    #expect(!read.isInsecure && !read.isDebug && !read.isOneshot)
    #expect(read.lifetime == CredentialLifetime(ttlSeconds: 3600, renewalIntervalSeconds: 1200))
    #expect(read.storage == .directory(path: "/var/lib/bot", symlinks: .trySecure))
    #expect(
      read.onboarding
        == Onboarding(
          token: "hall", isTokenFromFile: false, joinMethod: "badge", caPath: nil, caPins: [],
          section: ["pin_code": .secret("s3cret-pin"), "attempts": .integer(3)]))
    #expect(
      read.services == [
        ServiceConfiguration(
          name: "cards-1", type: "cards", position: .init(line: 12, column: 11),
          destination: .directory(path: "/opt/cards", symlinks: .trySecure),
          lifetime: read.lifetime, section: ["colour": .text("on"), "laminated": .flag(false)])
      ])
    #expect(read.plugins == PluginPolicy())
    #expect(read.warnings == [])
  }
}
