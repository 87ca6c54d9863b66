import Credentials
import FoundationEssentials
import PluginHost

/// What can be said of the identity that an agent would find in its storage.
struct IdentityExamination {
  let configuration: AgentConfiguration
  /// Nil when the storage keeps nothing or cannot be read.
  let storage: (any RecordStorage)?
  let now: UnixSeconds

  /// The identity when it can be used now, and the row about it.
  func examine() -> (StoredIdentity?, DoctorRow) {
    guard let storage else { return (nil, row(.skipped, "there is no storage to look into")) }
    do throws(AgentFailure) {
      switch try IdentityStore(storage: storage).load() {
      case .none: return (nil, absent())
      case .unusable(let reason):
        return (nil, joinsAgain("the stored one is not usable: \(reason)"))
      case .identity(let identity): return judge(identity)
      }
    } catch {
      return (nil, DoctorRow("stored identity", failed: error))
    }
  }

  private func judge(_ identity: StoredIdentity) -> (StoredIdentity?, DoctorRow) {
    if let token = configuration.onboarding?.token, let hash = identity.tokenHash,
      hash != StoredIdentity.tokenHash(of: token)
    {
      return (nil, joinsAgain("the stored one was got with another token"))
    }
    let facts = identity.identity
    let end = Date(timeIntervalSince1970: Double(identity.validity.notAfter)).formatted(.iso8601)
    let words =
      "bot \(facts.botName) of \(identity.clusterName), instance \(facts.botInstanceID), "
      + "generation \(facts.generation)"
    do throws(CredentialError) {
      try identity.check(at: now)
    } catch {
      return (nil, joinsAgain("\(words), valid until \(end): \(error.reason)"))
    }
    return (identity, row(.passed, "\(words), valid until \(end)"))
  }

  private func absent() -> DoctorRow {
    if configuration.onboarding == nil {
      let missing = configuration.onboardingMissing
      return row(.failed, missing.message, remedy: missing.hint)
    }
    return row(.skipped, "there is none yet; the agent joins when it starts")
  }

  private func joinsAgain(_ sentence: String) -> DoctorRow {
    configuration.onboarding == nil
      ? row(.failed, sentence, remedy: configuration.onboardingMissing.hint)
      : row(.warning, sentence, remedy: "start the agent: it joins again")
  }

  private func row(
    _ outcome: DoctorRow.Outcome, _ sentence: String, remedy: String = ""
  ) -> DoctorRow {
    DoctorRow("stored identity", outcome, sentence, remedy: remedy)
  }
}
