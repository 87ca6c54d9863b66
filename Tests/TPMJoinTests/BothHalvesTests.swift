import Documents
import Foundation
import PluginHost
import TPMMessages
import Testing

/// Both halves as they ship, with a software TPM under the agent's.
@Suite(
  "both halves of a TPM join",
  .enabled(if: Shipped.isBuilt && Shipped.isAuthorityBuilt, "run make plugins first"))
struct BothHalvesTests {
  /// Joins once with a token, and returns the authority's verdict.
  private func join(
    _ tpm: SoftwareTPM, cas: [String] = [], allowing hash: (String) -> String = { $0 }
  ) async throws -> VerifyAction.Kind {
    let agent = try await Build.shipped.agent(tpm)
    let message = try await agent.begin()
    var members: [(String, Node)] = [
      (
        "allow",
        .array([
          .object([("ek_public_hash", .text(hash(try publicHash(tpm, message))))])
        ])
      )
    ]
    if !cas.isEmpty {
      members.append(("ekcert_allowed_cas", .array(cas.map { .text($0) })))
    }
    let verifier = try await JoinVerifierInstance(
      try Shipped.authority.get(), services: InstanceServices(log: LogBook()))
    let opened = try await verifier.begin(
      VerifyParameters(
        tokenName: "my-bot-token", botName: "example", spec: JSON.serialize(.object(members)),
        status: [UInt8]("{}".utf8), role: "Bot", initMessage: message, instanceID: "",
        lockMessage: ""))
    guard case .challenge(let field, let challenge) = opened.action.kind else {
      await agent.abort()
      return opened.action.kind
    }
    let (answer, solution) = try await agent.step(field, challenge)
    let verdict = try await opened.session.step(field: answer, message: solution).kind
    if case .accept = verdict {
      let (_, result) = try await opened.session.conclude(
        instanceID: "4f7c2a6e-0000-4000-8000-000000000001")
      #expect(result.isEmpty)
    } else {
      await opened.session.abort()
    }
    try await agent.finish()
    #expect(try tpm.loaded == [])
    return verdict
  }

  private func publicHash(_ tpm: SoftwareTPM, _ message: [UInt8]) throws -> String {
    let key = try CredentialMaker(tpm, initMessage: message).endorsementPEM
    let der = try Tool.run("openssl", ["pkey", "-pubin", "-outform", "DER"], input: key)
    return try Tool.run("openssl", ["dgst", "-sha256", "-binary"], input: der)
      .map { String(format: "%02x", $0) }.joined()
  }

  private func attributes(_ verdict: VerifyAction.Kind) throws -> Node {
    guard case .accept(let accepted) = verdict else {
      Issue.record("\(verdict)")
      return .object([])
    }
    return try JSON.parse(accepted.attributes)
  }

  @Test("a bare TPM joins by the hash of its endorsement key, again and again")
  func bare() async throws {
    let tpm = try SoftwareTPM()
    for _ in 0..<3 {
      #expect(try attributes(try await join(tpm))["ek_cert_verified"]?.bool != true)
    }
  }

  @Test("a TPM with a certificate joins under its manufacturer's CA, and is verified")
  func certified() async throws {
    let tpm = try SoftwareTPM(certified: true)
    let attributes = try attributes(try await join(tpm, cas: [try tpm.issuer]))
    #expect(attributes["ek_cert_verified"]?.bool == true)
  }

  @Test("a TPM whose key the token does not allow is refused")
  func otherHash() async throws {
    let tpm = try SoftwareTPM()
    guard
      case .refuse(let refusal) = try await join(
        tpm, allowing: { _ in String(repeating: "0", count: 64) })
    else {
      Issue.record("accepted")
      return
    }
    #expect(refusal.message.contains("did not match any allow rules"))
  }

  @Test("a certificate of another manufacturer, and none at all, are refused")
  func otherCA() async throws {
    let other = try SoftwareTPM(certified: true)
    for tpm in [try SoftwareTPM(certified: true), try SoftwareTPM()] {
      guard case .refuse = try await join(tpm, cas: [try other.issuer]) else {
        Issue.record("accepted")
        return
      }
    }
  }
}
