import Credentials
import Wire

/// Reads who is at the other end from its certificate.
enum CallerIdentity {
  /// The identity of a certificate that the user authority of this cluster signed and that is valid now.
  ///
  /// The handshake checked the chain once; a connection may outlive its certificate, and the host
  /// authority's certificates pass the handshake too.
  ///
  /// - Throws: `accessDenied`.
  static func read(
    _ peer: Peer, keys: ClusterKeys, now: Int64
  ) async throws(RPCError) -> TLSIdentity {
    do throws(CredentialError) {
      let verifier = TLSChainVerifier(authorities: [keys.userTLS.certificate])
      return try TLSIdentity(try await verifier.verify(chain: peer.certificateChain, now: now))
    } catch {
      throw RPCError(.accessDenied, "the client certificate is not usable: \(error.reason)")
    }
  }

  /// The last second of a certificate that ``read(_:keys:now:)`` has accepted.
  static func end(_ peer: Peer) throws(RPCError) -> Int64 {
    do throws(CredentialError) {
      return try TLSCertificate(der: peer.certificateChain.first ?? []).validity.notAfter
    } catch {
      throw RPCError(.accessDenied, "the client certificate is not usable: \(error.reason)")
    }
  }
}
