import Credentials
import Documents
import PluginHost
import Wire

/// Why the agent could not do something, for the person who reads the last line of a log.
struct AgentFailure: Error, Sendable, CustomStringConvertible {
  /// What a caller may do about it on its own.
  enum Remedy: Sendable {
    /// Trying again later may help: the network, or an authority that is busy or starting.
    case retry
    /// The authority has said no; trying again helps after somebody changed something there.
    case refused
    /// Something on this machine must be changed first.
    case local
  }

  /// What failed, with which input, never a secret; lower case, no final period.
  var message: String
  /// What to do next; may be empty.
  var hint: String
  var remedy: Remedy

  /// Texts may quote a peer; what could break the line or steer a terminal is replaced.
  init(_ message: String, hint: String = "", _ remedy: Remedy) {
    self.message = message.printable
    self.hint = hint.printable
    self.remedy = remedy
  }

  /// Whether the authority says that a lock is in force: in its own words, or in those of Teleport.
  var tellsOfLock: Bool {
    remedy == .refused
      && (message.split { !$0.isLetter }.contains("locked") || message.contains("is in force"))
  }

  var description: String { hint.isEmpty ? message : "\(message); \(hint)" }
}

extension AgentFailure {
  /// What an authority answered, or why it could not be asked.
  ///
  /// - Parameters:
  ///   - doing: what was tried, as the beginning of the sentence: "cannot join through host:port".
  init(_ error: RPCError, doing: String) {
    let hint: String
    let remedy: Remedy
    switch error.code {
    case .connectionProblem where error.fault == .brokenProtocol:
      remedy = .refused
      hint =
        "check that the address is an authority's, and that nothing in between changes what it says"
    case .connectionProblem:
      remedy = .retry
      hint =
        switch error.fault {
        // The message says already what to check.
        case .unresolved, .refused: ""
        case .timedOut:
          "check that the authority runs, that the address is right and that no firewall is in between"
        case .closed, .brokenProtocol, nil:
          "check that the authority runs and that the address is right"
        case .untrusted:
          "make this machine trust the authority that issued it (SSL_CERT_FILE, or the system's "
            + "certificates), or check that nobody sits in between"
        case .wrongName: "use the name the certificate is made out to"
        case .outsideValidity: "check the clock of this machine, then the server's certificate"
        case .rejectedByServer: "the identity may be of another cluster; check the address"
        case .wrongProtocol:
          "check whether the address belongs under `proxy_server` or under `auth_server`"
        }
    case .accessDenied, .badParameter, .notFound, .alreadyExists, .notImplemented:
      remedy = .refused
      hint = ""
    case .compareFailed, .limitExceeded, .unknown:
      remedy = .retry
      hint = ""
    }
    self.init("\(doing): \(error.message)", hint: hint, remedy)
  }

  init(_ error: RecordError) { self.init(error.message, hint: error.hint, .local) }

  init(_ refusal: PluginRefusal) { self.init(refusal.description, .local) }

  init(_ failure: PluginFailure) {
    self.init(
      "\(failure.pluginID): \(failure.message)", hint: failure.hint,
      failure.retry == .later ? .retry : .local)
  }

  /// What making an instance of a plugin ends with.
  init(plugin error: any Error) {
    switch error {
    case let failure as PluginFailure: self.init(failure)
    case let refusal as PluginRefusal: self.init(refusal)
    default: self.init("\(error)", .local)
    }
  }

  init(_ error: CredentialError, in what: String) {
    self.init("\(what): \(error.reason)", hint: error.remedy, .refused)
  }
}
