"""The API services of the Python authority."""

import functools
import time

import grpc
from cryptography.hazmat.primitives import serialization
from teleport.clusterconfig.v1 import clusterconfig_service_pb2_grpc as config_rpc
from teleport.legacy.client.proto import authservice_pb2 as auth
from teleport.legacy.client.proto import authservice_pb2_grpc as auth_rpc
from teleport.legacy.types import types_pb2 as types
from teleport.machineid.v1 import bot_instance_service_pb2 as instances
from teleport.machineid.v1 import bot_instance_service_pb2_grpc as instances_rpc
from teleport.presence.v1 import service_pb2 as presence
from teleport.presence.v1 import service_pb2_grpc as presence_rpc
from teleport.trust.v1 import trust_service_pb2 as trust
from teleport.trust.v1 import trust_service_pb2_grpc as trust_rpc

from . import keys
from .lies import Lie


def told(method):
    """Tells the test which call was made, and by whom."""

    @functools.wraps(method)
    def wrapper(self, request, context):
        self.tell(event="call", method=method.__name__, caller=self.caller(context))
        return method(self, request, context)

    return wrapper


class API(
    auth_rpc.AuthServiceServicer,
    config_rpc.ClusterConfigServiceServicer,
    instances_rpc.BotInstanceServiceServicer,
    presence_rpc.PresenceServiceServicer,
    trust_rpc.TrustServiceServicer,
):
    def __init__(self, authority, suite: str, lie: Lie, address, caller, tell):
        self.authority, self.suite, self.lie, self.address = authority, suite, lie, address
        self.caller, self.tell = caller, tell

    def register(self, server):
        auth_rpc.add_AuthServiceServicer_to_server(self, server)
        config_rpc.add_ClusterConfigServiceServicer_to_server(self, server)
        instances_rpc.add_BotInstanceServiceServicer_to_server(self, server)
        presence_rpc.add_PresenceServiceServicer_to_server(self, server)
        trust_rpc.add_TrustServiceServicer_to_server(self, server)

    @told
    def Ping(self, request, context):
        return auth.PingResponse(
            ClusterName=self.authority.cluster, ServerVersion="18.2.0",
            ProxyPublicAddr=self.address(), RemoteAddr=context.peer(),
            ServerFeatures=auth.Features(Kubernetes=True, App=True, DB=True),
            signature_algorithm_suite=self._suite(),
        )

    @told
    def GetClusterCACert(self, request, context):
        return auth.GetClusterCACertResponse(TLSCA=self.authority.host.pem)

    @told
    def GetDomainName(self, request, context):
        return auth.GetDomainNameResponse(DomainName=self.authority.cluster)

    @told
    def GetAuthPreference(self, request, context):
        self._authenticated(context)
        return types.AuthPreferenceV2(
            Kind="cluster_auth_preference", Version="v2",
            Metadata=types.Metadata(Name="cluster-auth-preference"),
            Spec=types.AuthPreferenceSpecV2(
                Type="local", signature_algorithm_suite=self._suite()
            ),
        )

    @told
    def GetRole(self, request, context):
        self._authenticated(context)
        if request.Name != self.authority.username:
            context.abort(grpc.StatusCode.NOT_FOUND, f"role {request.Name} not found")
        allow = types.RoleConditions(
            Impersonate=types.ImpersonateConditions(Roles=self.authority.roles)
        )
        return types.RoleV6(
            Kind="role", Version="v7", Metadata=types.Metadata(Name=request.Name),
            Spec=types.RoleSpecV6(Allow=allow),
        )

    @told
    def GenerateUserCerts(self, request, context):
        caller = self._authenticated(context)
        if caller.get("disallow_reissue"):
            context.abort(grpc.StatusCode.PERMISSION_DENIED, "reissue is not allowed")
        if request.Username != caller["username"]:
            context.abort(grpc.StatusCode.PERMISSION_DENIED, "not your user name")
        wanted = list(request.RoleRequests)
        if not request.UseRoleRequests or not set(wanted) <= set(self.authority.roles):
            context.abort(grpc.StatusCode.PERMISSION_DENIED, f"roles {wanted} are not allowed")
        if request.RouteToCluster not in ("", self.authority.cluster):
            context.abort(grpc.StatusCode.NOT_FOUND, f"no cluster {request.RouteToCluster}")
        if request.Expires.seconds <= time.time():
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "the wished end is over")
        tls_key = serialization.load_pem_public_key(request.TLSPublicKey)
        ssh_key = keys.load_authorized_key(request.SSHPublicKey)
        tls, line = self.lie.issue(
            self.authority, tls_key, ssh_key, request.Expires.seconds, "output ", roles=wanted,
            logins=["root"], instance=caller["instance"], impersonator=caller["username"],
            disallow_reissue="" if request.ReissuableRoleImpersonation else "true",
        )
        user = self.authority.user
        return auth.Certs(
            SSH=line + b"\n", TLS=tls.public_bytes(serialization.Encoding.PEM),
            TLSCACerts=[user.pem], SSHCACerts=[keys.authorized_key(user.ssh_key.public_key())],
        )

    @told
    def GetCertAuthority(self, request, context):
        self._authenticated(context)
        return self._authority(request.type, context)

    @told
    def GetCertAuthorities(self, request, context):
        self._authenticated(context)
        return trust.GetCertAuthoritiesResponse(
            cert_authorities_v2=[self._authority(request.type, context)]
        )

    @told
    def ListRemoteClusters(self, request, context):
        self._authenticated(context)
        return presence.ListRemoteClustersResponse()

    @told
    def SubmitHeartbeat(self, request, context):
        self._authenticated(context)
        heartbeat = request.heartbeat
        self.tell(
            event="heartbeat", hostname=heartbeat.hostname, version=heartbeat.version,
            one_shot=heartbeat.one_shot, join_method=heartbeat.join_method,
        )
        return instances.SubmitHeartbeatResponse()

    def _authority(self, kind: str, context):
        signers = {"host": self.authority.host, "user": self.authority.user, "db": self.authority.host}
        if kind not in signers:
            context.abort(
                grpc.StatusCode.INVALID_ARGUMENT, f"authority type {kind} is not supported"
            )
        signer = signers[kind]
        active = types.CAKeySet(TLS=[types.TLSKeyPair(Cert=signer.pem)])
        if kind != "db":
            line = keys.authorized_key(signer.ssh_key.public_key()) + b"\n"
            active.SSH.append(types.SSHKeyPair(PublicKey=line))
        return types.CertAuthorityV2(
            Kind="cert_authority", SubKind=kind, Version="v2",
            Metadata=types.Metadata(Name=self.authority.cluster),
            Spec=types.CertAuthoritySpecV2(
                Type=kind, ClusterName=self.authority.cluster, ActiveKeys=active
            ),
        )

    def _authenticated(self, context) -> dict:
        caller = self.caller(context)
        if not caller:
            context.abort(grpc.StatusCode.PERMISSION_DENIED, "a client certificate is required")
        return caller

    def _suite(self):
        name = "SIGNATURE_ALGORITHM_SUITE_" + self.suite.upper().replace("-", "_")
        return types.SignatureAlgorithmSuite.Value(name)
