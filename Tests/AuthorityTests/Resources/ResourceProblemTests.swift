import Testing
import Wire

@testable import Authority

/// One file nobody should be able to apply, and every word said about it.
struct BadFile: CustomTestStringConvertible, Sendable {
  var testDescription: String
  var yaml: String
  var problems: [String]

  init(_ description: String, _ yaml: String, _ problems: String...) {
    testDescription = description
    self.yaml = yaml
    self.problems = problems
  }

  static let all = [
    BadFile("nothing", "", "no resources found, empty input?"),
    BadFile("comments alone", "# later\n---\n", "no resources found, empty input?"),
    BadFile(
      "no YAML", "kind: [bot\n",
      "line 2, column 1: expected ',' or ']' in the list that begins in line 1"),
    BadFile("a list", "- kind: bot\n", "line 1, column 1: the document must be a map"),
    BadFile(
      "no kind", "version: v1\nmetadata: {name: a}\n", "line 1, column 1: kind is missing; add it"),
    BadFile(
      "a misspelled kind", "kind: tokn\n",
      "line 1, column 7: kind \"tokn\" cannot be created; did you "
        + "mean token?"),
    BadFile(
      "a kind of somewhere else", "kind: saml_connector\n",
      "line 1, column 7: kind \"saml_connector\" cannot be created; there are bot, token, role, lock"
    ),
    BadFile(
      "the authority's own bookkeeping", "kind: bot_instance\nversion: v1\n",
      "line 1, column 7: kind \"bot_instance\" cannot be created; there are bot, token, role, lock"),
    BadFile(
      "another version", "kind: bot\nversion: v2\nmetadata: {name: a}\nspec: {roles: []}\n",
      "line 2, column 10: version \"v2\" of bot is not known; use v1"),
    BadFile(
      "no version", "kind: bot\nmetadata: {name: a}\nspec: {roles: []}\n",
      "line 1, column 1: version is missing; add it"),
    BadFile(
      "no metadata", "kind: bot\nversion: v1\nspec: {roles: []}\n",
      "line 1, column 1: metadata.name is missing; add it"),
    BadFile(
      "no name", "kind: bot\nversion: v1\nmetadata: {labels: {}}\nspec: {roles: []}\n",
      "line 3, column 11: metadata.name is missing; add it"),
    BadFile(
      "an empty name", "kind: bot\nversion: v1\nmetadata: {name: \"\"}\nspec: {roles: []}\n",
      "line 3, column 18: metadata.name is empty; give it a value"),
    BadFile(
      "a name with a slash", "kind: bot\nversion: v1\nmetadata: {name: a/b}\nspec: {roles: []}\n",
      "line 3, column 18: metadata.name may have up to 255 bytes, and no slash or control character"
    ),
    BadFile(
      "a name that is a list", "kind: bot\nversion: v1\nmetadata: {name: [a]}\nspec: {roles: []}\n",
      "line 3, column 18: metadata.name must be text, not a list"),
    BadFile(
      "misspelled keys",
      "kind: bot\nversoin: v1\nversion: v1\nmetadata: {nam: a, name: a}\n"
        + "spec: {rols: [], color: red}\n",
      "line 2, column 1: unknown key \"versoin\"; did you mean version?",
      "line 4, column 12: unknown key \"nam\" in metadata; did you mean name?",
      "line 5, column 8: unknown key \"rols\" in spec; did you mean roles?",
      "line 5, column 18: unknown key \"color\" in spec; known keys are roles, traits, "
        + "max_session_ttl"),
    BadFile(
      "a role nobody made",
      "kind: bot\nversion: v1\nmetadata: {name: a}\nspec:\n  roles: [nobody]\n",
      "line 5, column 10: spec.roles names the role \"nobody\", which does not exist; create it first, "
        + "or in the same file"),
    BadFile(
      "roles that are text", "kind: bot\nversion: v1\nmetadata: {name: a}\nspec: {roles: login}\n",
      "line 4, column 15: spec.roles must be a list, not a string"),
    BadFile(
      "traits that are a map",
      "kind: bot\nversion: v1\nmetadata: {name: a}\n"
        + "spec: {roles: [], traits: {team: [blue]}}\n",
      "line 4, column 27: spec.traits must be a list, not a map"),
    BadFile(
      "sessions too long or never",
      "kind: bot\nversion: v1\nmetadata: {name: a}\nspec: {max_session_ttl: 169h}\n---\n"
        + "kind: bot\nversion: v1\nmetadata: {name: b}\nspec: {max_session_ttl: soon}\n",
      "line 4, column 25: spec.max_session_ttl is over 168h, the longest a bot may have",
      "line 9, column 25: spec.max_session_ttl must be a duration like 12h or 90m"),
    BadFile(
      "one bot twice",
      "kind: bot\nversion: v1\nmetadata: {name: a}\nspec: {roles: []}\n---\n"
        + "kind: bot\nversion: v1\nmetadata: {name: a}\nspec: {roles: []}\n",
      "line 6, column 1: bot \"a\" appears twice in the file; keep one"),
    BadFile(
      "a role in a bot's name space", "kind: role\nversion: v7\nmetadata: {name: bot-a}\n",
      "line 3, column 18: role names that begin with bot- belong to bots; choose another"),
    BadFile(
      "a role's option that is no flag",
      "kind: role\nversion: v7\nmetadata: {name: a}\nspec: {options: {port_forwarding: 1}}\n",
      "line 4, column 35: spec.options.port_forwarding must be true or false"),
    BadFile(
      "a lock without a target",
      "kind: lock\nversion: v2\nmetadata: {name: a}\nspec:\n  message: x\n",
      "line 5, column 3: spec.target needs either join_token or bot_instance_id"),
    BadFile(
      "a lock with two targets",
      "kind: lock\nversion: v2\nmetadata: {name: a}\n"
        + "spec: {target: {join_token: t, bot_instance_id: i}}\n",
      "line 4, column 16: spec.target needs either join_token or bot_instance_id"),
    BadFile(
      "an empty token", "kind: token\nversion: v2\nmetadata: {name: a}\n",
      "line 1, column 1: spec.join_method is missing; add it",
      "line 1, column 1: spec.roles is empty; for bots use [Bot]"),
    BadFile(
      "a token for nobody",
      "kind: token\nversion: v2\nmetadata: {name: a}\n"
        + "spec: {roles: [Bot], join_method: badge, badge: {}}\n",
      "line 4, column 7: spec.bot_name is missing although roles has Bot; name the bot"),
    BadFile(
      "a token for a bot that does not exist",
      "kind: token\nversion: v2\nmetadata: {name: a}\n"
        + "spec: {roles: [Bot], bot_name: nobody, join_method: badge, badge: {}}\n",
      "line 4, column 32: spec.bot_name names the bot \"nobody\", which does not exist; create it "
        + "first, or in the same file"),
    BadFile(
      "a token with strange roles",
      "kind: token\nversion: v2\nmetadata: {name: a}\n"
        + "spec: {roles: [Bto], bot_name: b, join_method: badge, badge: {}}\n",
      "line 4, column 15: spec.roles has the unknown role \"Bto\"; did you mean Bot?",
      "line 4, column 32: spec.bot_name is set although roles does not have Bot; add Bot or remove "
        + "bot_name",
      "line 4, column 32: spec.bot_name names the bot \"b\", which does not exist; create it first, or "
        + "in the same file"),
    BadFile(
      "a method nobody installed",
      "kind: token\nversion: v2\nmetadata: {name: a}\n"
        + "spec: {roles: [Node], join_method: badges, badges: {}}\n",
      "line 4, column 36: spec.join_method: no installed plugin offers the join verifier \"badges\""
    ),
    BadFile(
      "what the method's plugin finds",
      "kind: token\nversion: v2\nmetadata: {name: a}\nspec:\n"
        + "  roles: [Node]\n  join_method: badge\n  badge:\n    color: pink\n    reader: {room: 1}\n",
      "line 8, column 12: spec.badge.color: pink is out of stock; use blue",
      "line 9, column 13: spec.badge.reader.floor: is missing; add it"),
    BadFile(
      "another method's section",
      "kind: token\nversion: v2\nmetadata: {name: a}\n"
        + "spec: {roles: [Node], join_method: badge, badge: {}, visitor: {}}\n",
      "line 4, column 54: unknown key \"visitor\" in spec; known keys are roles, bot_name, join_method, "
        + "suggested_labels, badge"),
    BadFile(
      "an end that is no time",
      "kind: token\nversion: v2\nmetadata: {name: a, expires: tomorrow}\n"
        + "spec: {roles: [Node], join_method: badge, badge: {}}\n",
      "line 3, column 30: metadata.expires must be a time like 2030-01-01T00:00:00Z"),
    BadFile(
      "an end in the past",
      "kind: token\nversion: v2\nmetadata: {name: a, expires: \"2001-01-01T00:00:00Z\"}\n"
        + "spec: {roles: [Node], join_method: badge, badge: {}}\n",
      "line 3, column 30: metadata.expires is in the past; choose a later time or remove it"),
  ]
}

@Suite struct ResourceProblemTests {
  @Test("every problem of a file is told at once, each with its place", arguments: BadFile.all)
  func problems(_ file: BadFile) async throws {
    let cluster = try await Cluster()
    let error = try await refusal { try await cluster.apply(file.yaml) }
    #expect(error.code == .badParameter)
    let lines = error.message.split(separator: "\n").map(String.init)
    #expect(lines.count == file.problems.count, "\(error.message)")
    for (line, problem) in zip(lines, file.problems) {
      #expect(line == problem || line.hasPrefix(problem + ";"), "\(line)")
    }
    for kind in ResourceKind.allCases { #expect(try await cluster.all(kind.rawValue).isEmpty) }
  }
}
