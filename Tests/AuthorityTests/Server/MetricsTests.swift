import Daemon
import Foundation
import Testing
import Wire

@testable import Authority

/// What an authority counts, and answers about itself.
@Suite struct AuthorityMetricsTests {
  /// The value of a series, as Prometheus reads it.
  private func value(_ cluster: Cluster, _ series: String) -> String? {
    let lines = String(decoding: cluster.core.record.metrics.text(), as: UTF8.self)
      .split(separator: "\n")
    return lines.first { $0.hasPrefix(series + " ") }?.split(separator: " ").last.map(String.init)
  }

  private func joins(_ cluster: Cluster, _ labels: String) -> String? {
    value(cluster, "tenond_join_attempts_total{\(labels)}")
  }

  @Test func joinsAreCountedByMethodAndWhatBecameOfThem() async throws {
    let cluster = try await Cluster.withTokens()
    _ = try await cluster.join(saying: "new")
    _ = try await refusal { try await cluster.join(saying: "ask", "lock") }
    _ = try await refusal { try await cluster.join(saying: "new", token: "no-such-token-here") }
    #expect(joins(cluster, #"method="badge",result="accepted",reason="none""#) == "1")
    #expect(joins(cluster, #"method="badge",result="refused",reason="access_denied""#) == "1")
    #expect(joins(cluster, #"method="unknown",result="refused",reason="access_denied""#) == "1")
    #expect(value(cluster, #"tenond_join_duration_seconds_count{method="badge"}"#) == "2")
    #expect(
      value(cluster, #"tenond_last_join_timestamp_seconds{bot="robot",method="badge"}"#)
        == "\(cluster.clock.now)")
    #expect(value(cluster, #"tenond_certificates_issued_total{kind="tls"}"#) == "1")
    #expect(value(cluster, #"tenond_certificates_issued_total{kind="ssh"}"#) == "1")
  }

  @Test func aTokenNameIsInNoMeasurement() async throws {
    let cluster = try await Cluster.withTokens()
    _ = try await cluster.join(saying: "new")
    _ = try await refusal {
      try await cluster.join(saying: "new", token: "gate-with-a-secret-name")
    }
    _ = try await refusal { try await cluster.join(saying: "lock") }
    await ClusterSurvey(cluster: cluster.core).measure()
    let text = String(decoding: cluster.core.record.metrics.text(), as: UTF8.self)
    #expect(!text.contains("gate"))
    #expect(!text.contains("secret"))
  }

  @Test func locksAreCountedByWhatTheyLock() async throws {
    let cluster = try await Cluster.withTokens()
    let survey = ClusterSurvey(cluster: cluster.core)
    await survey.measure()
    #expect(value(cluster, #"tenond_locks{target="join_token"}"#) == "0")
    _ = try await refusal { try await cluster.join(saying: "lock") }
    await survey.measure()
    #expect(value(cluster, #"tenond_locks{target="join_token"}"#) == "0", "asked again too soon")
    cluster.clock.advance(6)
    await survey.measure()
    #expect(value(cluster, #"tenond_locks{target="join_token"}"#) == "1")
    #expect(value(cluster, #"tenond_locks{target="bot_instance"}"#) == "0")
  }

  @Test func moreAllowancesThanFitAreAFixedSelectionAndCounted() async throws {
    let cluster = try await Cluster.withTokens()
    var transaction = Transaction()
    for number in 1000..<1300 {
      let name = "bot-\(number)-" + String(repeating: "n", count: 200)
      transaction.put(
        "/tokens/t\(number)",
        Array(
          #"{"kind":"token","version":"v2","metadata":{"name":"t\#(number)"},"spec":{"roles":["Bot"],"bot_name":"\#(name)","join_method":"badge","badge":{"swipes":1}}}"#
            .utf8))
    }
    try await cluster.backend.commit(transaction)
    let survey = ClusterSurvey(cluster: cluster.core)
    await survey.measure()
    func series() -> [Substring] {
      String(decoding: cluster.core.record.metrics.text(), as: UTF8.self).split(separator: "\n")
        .filter { $0.hasPrefix("tenond_allowance_left{") }
    }
    let first = series()
    #expect(first.count == Metrics.seriesLimit)
    #expect(first.allSatisfy { $0.utf8.count < 256 && $0.hasSuffix(" 4") })
    // 2400 of each of two, of which 2000 are kept.
    #expect(value(cluster, "tenon_metrics_dropped_total") == "800")
    cluster.clock.advance(6)
    await survey.measure()
    #expect(series() == first)
  }

  @Test func anAllowanceThatCannotBeIsCountedAndHidesNoOther() async throws {
    let cluster = try await Cluster.withToken("join_method: badge\nbadge: {swipes: 1}")
    try await cluster.apply(
      "kind: token\nversion: v2\nmetadata: {name: loud}\n"
        + "spec: {roles: [Bot], bot_name: robot, join_method: badge, badge: {boast: 1}}\n")
    let survey = ClusterSurvey(cluster: cluster.core)
    await survey.begin()
    let failures = #"tenond_allowance_failures_total{method="badge"}"#
    #expect(value(cluster, failures) == "0")
    await survey.measure()
    #expect(value(cluster, failures) == "1")
    let labels = #"{bot="robot",method="badge",allowance="swipes_7"}"#
    #expect(value(cluster, "tenond_allowance_left\(labels)") == "4")
    #expect(value(cluster, "tenond_allowance_used\(labels)") == "1")
    #expect(
      value(cluster, #"tenond_allowance_used{bot="robot",method="badge",allowance="boast"}"#) == nil
    )
    _ = try await cluster.join(saying: "new", token: "loud")
  }

  @Test func afterARestartItIsKnownWhenEachBotLastJoined() async throws {
    let cluster = try await Cluster.withTokens()
    _ = try await cluster.join(saying: "new")
    let joined = cluster.clock.now
    cluster.clock.advance(500)
    let core = ClusterCore(
      keys: cluster.core.keys, backend: cluster.backend, verifiers: cluster.core.verifiers,
      audit: cluster.audit, clock: cluster.clock, random: cluster.core.random, publicAddress: "a:1")
    await ClusterSurvey(cluster: core).begin()
    let text = String(decoding: core.record.metrics.text(), as: UTF8.self)
    #expect(
      text.contains(
        #"tenond_last_join_timestamp_seconds{bot="robot",method="badge"} \#(joined)"#))
    #expect(
      text.contains(
        #"tenond_join_attempts_total{method="badge",result="accepted",reason="none"} 0"#))
  }

  @Test func callsAreCountedByNameAndResult() async throws {
    let cluster = try await Cluster.withTokens()
    let api = MeasuredAPI(api: cluster.api, record: cluster.core.record)
    let robot = try await cluster.join(saying: "new")
    _ = try await api.ping(peer: Cluster.stranger)
    _ = try await api.domainName(peer: robot.peer)
    _ = try await refusal { try await api.domainName(peer: Cluster.stranger) }
    _ = try await refusal { try await api.role("other", peer: robot.peer) }
    func call(_ labels: String) -> String? {
      value(cluster, "tenond_api_calls_total{call=\(labels)}")
    }
    #expect(call(#""ping",result="ok""#) == "1")
    #expect(call(#""domain_name",result="ok""#) == "1")
    #expect(call(#""domain_name",result="access_denied""#) == "1")
    #expect(call(#""role",result="access_denied""#) == "1")
  }

  @Test func anAuditLogThatLosesLinesIsCountedAndUnhealthy() throws {
    let record = AuthorityRecord(clock: ManualClock())
    let audit = try AuditFile(
      path: "/dev/full", now: { 0 }, observe: { record.audited($0) }, report: { _ in })
    for _ in 0..<3 { audit.write("x", []) }
    #expect(
      String(decoding: record.metrics.text(), as: UTF8.self)
        .contains("\ntenond_audit_failures_total 3\n"))
    #expect(record.health.one("audit")?.status == .unhealthy)
    #expect(record.health.one("audit")?.reason.contains("No space left") == true)
    record.audited(nil)
    #expect(record.health.one("audit")?.status == .healthy)
  }

}
