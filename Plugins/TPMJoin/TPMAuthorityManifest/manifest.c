/* The manifest of the authority half, and its static table: data, so that opening it runs no Swift. */
#include "TPMAuthorityManifest.h"

#define ID "dev.tenon.tpm-authority"
#define VERSION "0.1.0"

TENON_MANIFEST(
    "{\"manifest\":1,"
    "\"id\":\"" ID "\",\"version\":\"" VERSION "\",\"abi\":{\"major\":0,\"minor\":1},"
    "\"summary\":\"verifies joins by the TPM 2.0 of one machine\","
    "\"runtime\":\"swift-embedded\",\"threading\":\"any\","
    "\"capabilities\":[\"tenon.join-verifier/1\"],\"needs\":[],\"records\":[],"
    "\"join_verifier\":{\"name\":\"tpm\",\"init_field\":10,\"generation\":\"logged\"}}");

static const tenon_cap_join_verifier verifier = {
    .struct_size = sizeof(tenon_cap_join_verifier),
    .create = tenon_tpm_verifier_create,
    .destroy = tenon_tpm_verifier_destroy,
    .admit = tenon_tpm_verifier_admit,
    .begin = tenon_tpm_verifier_begin,
    .step = tenon_tpm_verifier_step,
    .conclude = tenon_tpm_verifier_conclude,
    .abort = tenon_tpm_verifier_abort,
    .gave_up = tenon_tpm_verifier_gave_up,
};

#define CAPABILITIES OFFER(TENON_CAP_JOIN_VERIFIER_ID, verifier)
#include "../../module.h"
