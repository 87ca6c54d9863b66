import Documents
import PluginHost
import Testing

@testable import Authority

/// What the listings of `tctl` print.
@Suite struct ListingTests {
  private func nodes(_ text: String) throws -> [Node] {
    try #require(try JSON.parse(Array(text.utf8)).list)
  }

  @Test func aLockIsShownWithTargetTimeReasonAndTheCommandThatRemovesIt() throws {
    let locks = try nodes(
      """
      [{"kind":"lock","metadata":{"name":"l1"},"spec":{"target":{"join_token":"gate"},
        "message":"the disk\\u001b[2J was copied","created_at":"2027-01-15T08:00:00Z"}},
       {"kind":"lock","metadata":{"name":"l2","expires":"2030-01-01T00:00:00Z"},
        "spec":{"target":{"bot_instance_id":"u"}}}]
      """)
    #expect(
      LockListing.text(locks) == """
        Lock    l1
        Target  join token gate
        Since   2027-01-15T08:00:00Z
        Until   it is removed
        Reason  the disk?[2J was copied
        Remove  tctl lock rm l1

        Lock    l2
        Target  bot instance u
        Since   unknown
        Until   2030-01-01T00:00:00Z
        Reason  none given
        Remove  tctl lock rm l2

        """)
    #expect(LockListing.text([]) == "No locks found.\n")
  }

  private static let tokens = """
    [{"kind":"token","metadata":{"name":"gate","expires":"2030-01-01T00:00:00Z"},
      "spec":{"roles":["Bot"],"bot_name":"robot","join_method":"badge",
        "badge":{"limit":{"most":3}}},
      "status":{"badge":{"count":2,"secret":"hush-hush"}}},
     {"kind":"token","metadata":{"name":"0123456789abcdef"},
      "spec":{"roles":["Bot"],"bot_name":"robot","join_method":"word","word":{}}},
     {"kind":"token","metadata":{"name":"fedcba9876543210"},
      "spec":{"roles":["Bot"],"bot_name":"robot","join_method":"unheard","unheard":{}}}]
    """

  private func listing(showsSecrets: Bool) throws -> TokenListing {
    var badge = JoinVerifierDeclaration(name: "badge", enforcesGeneration: true)
    badge.listed = ["status.count", "spec.limit.most", "status.last_seen"]
    var word = JoinVerifierDeclaration(name: "word", enforcesGeneration: true)
    word.hasSecretTokenNames = true
    let lock = LockResource(
      LockResource.node(name: "l", target: .joinToken("gate"), message: "", now: 0))
    return TokenListing(
      tokens: try nodes(Self.tokens), locks: [lock], methods: [badge, word],
      showsSecrets: showsSecrets)
  }

  @Test func tokensAreListedWithWhatTheirMethodDeclaresAndWithoutSecrets() throws {
    let listing = try listing(showsSecrets: false)
    #expect(
      listing.table == """
        Token             Type  Method   Bot    Expiry Time (UTC)     State
        gate              Bot   badge    robot  2030-01-01T00:00:00Z  LOCKED, see `tctl lock ls` \
        count=2 most=3 last_seen=-
        ************cdef  Bot   word     robot  never\("                 ")
        ************3210  Bot   unheard  robot  never\("                 ")

        """)
    #expect(listing.names == "gate\n************cdef\n************3210\n")
    let json = String(decoding: JSON.serialize(listing.node), as: UTF8.self)
    #expect(!json.contains("hush-hush"))
    #expect(!json.contains("0123456789abcdef"))
    let first = try #require(listing.node.list?.first)
    #expect(first["locked"]?.bool == true)
    #expect(first["state"]?["status.count"]?.string == "2")
  }

  @Test func secretNamesAreShownWhenAskedFor() throws {
    let listing = try listing(showsSecrets: true)
    #expect(listing.names == "gate\n0123456789abcdef\nfedcba9876543210\n")
  }

  @Test func noTokensAreAHeadingOrASentence() {
    let listing = TokenListing(tokens: [], locks: [], methods: [], showsSecrets: false)
    #expect(listing.names == "No active tokens found.\n")
    #expect(listing.table == "Token  Type  Method  Bot  Expiry Time (UTC)  State\n")
    #expect(listing.node.list?.isEmpty == true)
  }

  private static let instance = """
    [{"kind":"bot_instance","metadata":{"name":"u"},
      "spec":{"bot_name":"robot","instance_id":"u","previous_instance_id":"t"},
      "status":{
        "initial_authentication":{"authenticated_at":"2027-01-15T08:00:00Z","join_method":"badge",
          "join_token":"gate","generation":1,"public_key":"PEM"},
        "latest_authentications":[{"authenticated_at":"2027-01-15T09:00:00Z","join_method":"badge",
          "join_token":"gate","generation":2,"public_key":"PEM"}],
        "latest_heartbeats":[{"recorded_at":"2027-01-15T09:30:00Z","version":"1.2",
          "hostname":"a\\u0007b","one_shot":true}]}}]
    """

  @Test func installationsAreListedWithTheirLastSignOfLife() throws {
    #expect(
      BotInstanceListing.table(try nodes(Self.instance)) == """
        ID       Join Method  Version  Hostname  Joined                Last Seen             \
        Generation
        robot/u  badge        1.2      a?b       2027-01-15T08:00:00Z  2027-01-15T09:30:00Z  2

        To see one of them: tctl bots instances show <ID>

        """)
    #expect(BotInstanceListing.table([]).hasPrefix("No bot instances found"))
  }

  @Test func anInstallationIsShownWithItsLocksAndWithoutItsKeys() throws {
    let node = try #require(try nodes(Self.instance).first)
    let locks = [("l1", "gate"), ("l2", "other")].map { name, token in
      LockResource(
        LockResource.node(name: name, target: .joinToken(token), message: "stolen", now: 0))
    }
    let text = BotInstanceListing.details(node, locks: locks)
    #expect(text.contains("  Previous ID  t\n"))
    #expect(text.contains("  Locked       stolen (tctl lock rm l1)\n"))
    #expect(!text.contains("l2"))
    #expect(text.contains("\nLatest Authentication\n"))
    #expect(text.contains("  Generation        2\n"))
    #expect(text.contains("\nLatest Heartbeat\n"))
    #expect(text.contains("  One Shot     yes\n"))
    #expect(!text.contains("PEM"))
  }

  @Test func aTokenIsDraftedFromKeysAndValues() throws {
    var draft = TokenDraft()
    draft.settings = ["limit.most=3", "limit.kind=hard", "words=[a, b]"]
    let node = try draft.node(name: "gate", bot: "robot", method: "badge", expires: 1_800_000_000)
    let token = TokenResource(node)
    #expect(token.joinMethod == "badge")
    #expect(token.expires == 1_800_000_000)
    #expect(token.methodSpec["limit"]?["most"]?.int64 == 3)
    #expect(token.methodSpec["limit"]?["kind"]?.string == "hard")
    #expect(token.methodSpec["words"]?.list?.count == 2)
  }

  @Test(arguments: [
    ("limit", "--set limit: write it as key=value, such as recovery.limit=2"),
    ("=3", "--set =3: write it as key=value, such as recovery.limit=2"),
    ("a..b=3", "--set a..b=3: the key has an empty part"),
    ("a=[", "--set a=[: "),
  ])
  func aSettingThatCannotBeReadIsNamed(_ setting: String, _ words: String) throws {
    var draft = TokenDraft()
    draft.settings = [setting]
    let failure = #expect(throws: CommandFailure.self) {
      try draft.node(name: "gate", bot: "robot", method: "badge", expires: nil)
    }
    #expect(failure?.text.hasPrefix(words) == true, "\(failure?.text ?? "")")
  }
}
