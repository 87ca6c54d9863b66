/* The manifest of the authority half, and its static table: data, so that opening it runs no Swift. */
#include "BoundKeypairAuthorityManifest.h"

#define ID "dev.tenon.bound-keypair-authority"
#define VERSION "0.1.0"

TENON_MANIFEST(
    "{\"manifest\":1,"
    "\"id\":\"" ID "\",\"version\":\"" VERSION "\",\"abi\":{\"major\":0,\"minor\":1},"
    "\"summary\":\"verifies joins by a key pair bound to one machine\","
    "\"runtime\":\"swift-embedded\",\"threading\":\"any\","
    "\"capabilities\":[\"tenon.join-verifier/1\",\"tenon.allowances/1\"],\"needs\":[],\"records\":[],"
    "\"join_verifier\":{\"name\":\"bound_keypair\",\"init_field\":3,\"generation\":\"enforced\","
    "\"ca\":{\"type\":\"bound_keypair\",\"algorithms\":{\"legacy\":\"ecdsa-p256\","
    "\"balanced-v1\":\"ed25519\",\"fips-v1\":\"ecdsa-p256\",\"hsm-v1\":\"ecdsa-p256\"}},"
    "\"listed\":[\"spec.recovery.mode\",\"spec.recovery.limit\",\"status.recovery_count\","
    "\"status.last_recovered_at\",\"spec.rotate_after\",\"status.last_rotated_at\","
    "\"status.bound_bot_instance_id\"],\"recovery\":\"bound-keypair recover\"}}");

static const tenon_cap_join_verifier verifier = {
    .struct_size = sizeof(tenon_cap_join_verifier),
    .create = tenon_bkp_verifier_create,
    .destroy = tenon_bkp_verifier_destroy,
    .admit = tenon_bkp_verifier_admit,
    .begin = tenon_bkp_verifier_begin,
    .step = tenon_bkp_verifier_step,
    .conclude = tenon_bkp_verifier_conclude,
    .abort = tenon_bkp_verifier_abort,
    .gave_up = tenon_bkp_verifier_gave_up,
    .confirmed = tenon_bkp_verifier_confirmed,
};

static const tenon_cap_allowances allowances = {
    .struct_size = sizeof(tenon_cap_allowances),
    .granted = tenon_bkp_verifier_granted,
};

#define CAPABILITIES \
  OFFER(TENON_CAP_JOIN_VERIFIER_ID, verifier) OFFER(TENON_CAP_ALLOWANCES_ID, allowances)
#include "../../module.h"
