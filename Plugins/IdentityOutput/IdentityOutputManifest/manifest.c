/* The manifest of the plugin, and its static tables: data, so that opening it runs no Swift. */
#include "IdentityOutputManifest.h"

#define ID "dev.tenon.identity-output"
#define VERSION "0.1.0"

TENON_MANIFEST(
    "{\"manifest\":1,"
    "\"id\":\"" ID "\",\"version\":\"" VERSION "\",\"abi\":{\"major\":0,\"minor\":1},"
    "\"summary\":\"writes an identity file, its parts and the files OpenSSH needs\","
    "\"runtime\":\"swift-embedded\",\"threading\":\"any\","
    "\"capabilities\":[\"tenon.output/1\"],\"needs\":[],\"records\":[],"
    "\"output\":{\"type\":\"identity\",\"directories\":false,\"config\":["
    "{\"key\":\"cluster\",\"type\":\"string\","
    "\"help\":\"leaf cluster the certificate is routed to; the agent's own when absent\"},"
    "{\"key\":\"ssh_config\",\"type\":\"enum\",\"values\":[\"on\",\"off\"],\"default\":\"on\","
    "\"help\":\"whether known_hosts and ssh_config are written\"},"
    "{\"key\":\"allow_reissue\",\"type\":\"bool\",\"default\":\"false\","
    "\"help\":\"whether the certificate may be used to ask for further ones\"}]}}");

static const tenon_cap_output output = {
    .struct_size = sizeof(tenon_cap_output),
    .create = tenon_identity_create,
    .destroy = tenon_identity_destroy,
    .plan = tenon_identity_plan,
    .render = tenon_identity_render,
};

#define CAPABILITIES OFFER(TENON_CAP_OUTPUT_ID, output)
#include "../../module.h"
