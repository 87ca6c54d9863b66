import Testing

@testable import PluginHost

/// The authority's side of the line: every answer a verifier may give, and those it may not.
@Suite struct VerifierTests {
  private let zoo: Zoo
  private let plugin: LoadedPlugin

  init() throws {
    zoo = try Zoo()
    plugin = try LoadedPlugin(zoo.entry("gatekeeper"))
  }

  private func verifier() async throws -> JoinVerifierInstance {
    try await JoinVerifierInstance(plugin, services: InstanceServices(log: RememberingLog()))
  }

  private func begin(
    _ verifier: JoinVerifierInstance, _ word: String
  ) async throws(PluginFailure) -> (session: VerifySession, action: VerifyAction) {
    try await verifier.begin(
      VerifyParameters(
        tokenName: "token", botName: "bot", spec: Array("{}".utf8), status: Array("{}".utf8),
        role: "Bot", initMessage: Array(word.utf8), instanceID: "", lockMessage: ""))
  }

  @Test func aTokenIsAdmittedWithItsStatus() async throws {
    let verifier = try await verifier()
    guard case .admitted(let status) = try await verifier.admit(spec: [], status: [1, 2]) else {
      Issue.record("the token was rejected")
      return
    }
    #expect(status == [1, 2])
    await verifier.close()
  }

  @Test(arguments: [
    (
      "two notes",
      [AdmitNote](
        repeating: AdmitNote(path: "feathers", message: "must be counted"), count: 2)
    ),
    ("no notes", [AdmitNote(path: "", message: "not like this")]),
  ])
  func aTokenIsRejectedWithEveryNote(_ spec: String, _ expected: [AdmitNote]) async throws {
    let verifier = try await verifier()
    guard case .rejected(let notes) = try await verifier.admit(spec: Array(spec.utf8), status: [])
    else {
      Issue.record("the token was admitted")
      return
    }
    #expect(notes == expected)
    await verifier.close()
  }

  @Test(arguments: [
    ("flood", "it wrote a status of more than 65536 bytes"), ("defect", "lost count"),
  ])
  func aDefectOfAdmitIsAFailure(_ spec: String, _ message: String) async throws {
    let verifier = try await verifier()
    let failure = await #expect(throws: PluginFailure.self) {
      try await verifier.admit(spec: Array(spec.utf8), status: [])
    }
    #expect(failure?.message == message)
    await verifier.close()
  }

  @Test func aJoinIsChallengedAcceptedAndConcluded() async throws {
    let verifier = try await verifier()
    let (session, first) = try await begin(verifier, "challenge")
    guard case .challenge(5, let message) = first.kind else {
      Issue.record("no challenge came")
      return
    }
    #expect(message == Array("who goes there".utf8))
    #expect(first.events == [Array("{\"event\":\"asked\"}".utf8)])
    let second = try await session.step(field: 5, message: Array("accept new".utf8))
    guard case .accept(let accepted) = second.kind else {
      Issue.record("the join was not accepted")
      return
    }
    #expect(
      accepted
        == Acceptance(
          newInstance: true, previousInstance: "the one before", replacedInstance: "the lost one",
          attributes: Array("{\"a\":1}".utf8)))
    let (status, result) = try await session.conclude(instanceID: "instance")
    #expect(status == Array("{}".utf8) && result == Array("instance".utf8))
    await session.abort()
    let late = await #expect(throws: PluginFailure.self) {
      try await session.conclude(instanceID: "again")
    }
    #expect(late?.message == "the host used a session that has ended")
    await verifier.close()
  }

  @Test func sessionsOfManyJoinsAreApart() async throws {
    let verifier = try await verifier()
    let (first, _) = try await begin(verifier, "challenge")
    let (second, _) = try await begin(verifier, "challenge")
    _ = try await second.step(field: 5, message: Array("accept".utf8))
    _ = try await first.step(field: 5, message: Array("accept".utf8))
    #expect(try await second.conclude(instanceID: "2").result == Array("2".utf8))
    #expect(try await first.conclude(instanceID: "1").result == Array("1".utf8))
    _ = try await begin(verifier, "challenge")
    await verifier.close()
  }

  @Test(arguments: [
    (
      "refuse",
      VerifyRefusal(
        reason: .accessDenied, message: "not you", audit: "not you", locksToken: false)
    ),
    (
      "lock",
      VerifyRefusal(
        reason: .accessDenied, message: "not you", audit: "a copied key", locksToken: true)
    ),
    (
      "bad",
      VerifyRefusal(
        reason: .badParameter, message: "not you", audit: "not you", locksToken: false)
    ),
  ])
  func aRefusalCarriesItsReason(_ word: String, _ expected: VerifyRefusal) async throws {
    let verifier = try await verifier()
    let (session, action) = try await begin(verifier, word)
    guard case .refuse(let refusal) = action.kind else {
      Issue.record("the join was not refused")
      return
    }
    #expect(refusal == expected)
    await session.abort()
    await verifier.close()
  }

  @Test func aClientThatGivesUpIsAnsweredByThePlugin() async throws {
    let verifier = try await verifier()
    let (session, _) = try await begin(verifier, "challenge")
    guard case .refuse(let refusal) = try await session.gaveUp(reason: 1, text: "no key").kind
    else {
      Issue.record("the join was not refused")
      return
    }
    #expect(refusal.message == "no key" && refusal.reason == .accessDenied)
    await session.abort()
    await verifier.close()
  }

  @Test(arguments: [
    ("field 0", "challenged with field 0"), ("no reason", "refused without a reason"),
    ("flood", "it wrote a message of more than 65536 bytes"), ("defect", "lost count"),
    ("nonsense", "gave an action of kind 99"),
  ])
  func anActionOutsideTheContractIsADefect(_ word: String, _ message: String) async throws {
    let verifier = try await verifier()
    let atBegin = await #expect(throws: PluginFailure.self) { try await begin(verifier, word) }
    #expect(atBegin?.message == message)
    let (session, _) = try await begin(verifier, "challenge")
    let atStep = await #expect(throws: PluginFailure.self) {
      try await session.step(field: 5, message: Array(word.utf8))
    }
    #expect(atStep?.message == message)
    await session.abort()
    // Destroying it with an open session would end this process: the plugin counts them.
    await verifier.close()
  }

  @Test(arguments: [
    ("flood", "it wrote a result of more than 65536 bytes"), ("defect", "lost count"),
  ])
  func aDefectOfConcludeIsAFailure(_ instance: String, _ message: String) async throws {
    let verifier = try await verifier()
    let (session, _) = try await begin(verifier, "accept")
    let failure = await #expect(throws: PluginFailure.self) {
      try await session.conclude(instanceID: instance)
    }
    #expect(failure?.message == message)
    await session.abort()
    await verifier.close()
  }

  @Test func theFirstUseOfCertificatesGivesTheStatusToStore() async throws {
    let verifier = try await verifier()
    let status = try await verifier.confirmed(
      spec: [], status: Array("before ".utf8), instanceID: "instance")
    #expect(status == Array("before instance".utf8))
    await verifier.close()
  }

  @Test(arguments: [
    ("flood", "it wrote a status of more than 65536 bytes"), ("defect", "lost count"),
  ])
  func aDefectOfConfirmedIsAFailure(_ spec: String, _ message: String) async throws {
    let verifier = try await verifier()
    let failure = await #expect(throws: PluginFailure.self) {
      try await verifier.confirmed(spec: Array(spec.utf8), status: [], instanceID: "instance")
    }
    #expect(failure?.message == message)
    await verifier.close()
  }

  @Test func aVerifierBuiltBeforeThereWasAnythingToConfirmLeavesTheStatusAsItIs() async throws {
    let elder = try await JoinVerifierInstance(
      try LoadedPlugin(zoo.entry("elder")), services: InstanceServices(log: RememberingLog()))
    let status = try await elder.confirmed(
      spec: [], status: Array("before".utf8), instanceID: "instance")
    #expect(status == Array("before".utf8))
    await elder.close()
  }

  @Test func eventsBeyondSixteenAreTurnedAway() async throws {
    let verifier = try await verifier()
    let (session, action) = try await begin(verifier, "many events")
    #expect(action.events.count == 16)
    await session.abort()
    await verifier.close()
  }
}
