/* The manifest of the authority half, and its static table: data, so that opening it runs no Swift. */
#include "TPMAuthorityManifest.h"

#define ID "dev.tenon.tpm-authority"
#define VERSION "0.1.0"
#define TEXT(literal) {(const uint8_t *)(literal), sizeof(literal) - 1u}

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

static const void *get_capability(tenon_bytes id, size_t *out_size) {
  static const char offered[] = TENON_CAP_JOIN_VERIFIER_ID;
  if (id.len != sizeof(offered) - 1u) return NULL;
  for (size_t i = 0; i < id.len; i++)
    if (id.ptr[i] != (uint8_t)offered[i]) return NULL;
  *out_size = verifier.struct_size;
  return &verifier;
}

static const tenon_module module = {
    .struct_size = sizeof(tenon_module),
    .abi_major = TENON_ABI_MAJOR,
    .abi_minor = TENON_ABI_MINOR,
    .id = TEXT(ID),
    .version = TEXT(VERSION),
    .get_capability = get_capability,
};

const tenon_module *tenon_module_open(const tenon_open_args *args, tenon_error *error) {
  if (args->abi_major == TENON_ABI_MAJOR && args->abi_minor == TENON_ABI_MINOR) return &module;
  static const char message[] = "this plugin was built for another plugin ABI";
  static const char hint[] = "install the plugin and the authority of the same release";
  error->code = TENON_UNSUPPORTED;
  error->retry = TENON_RETRY_AFTER_OPERATOR;
  for (size_t i = 0; i < sizeof(message); i++) error->message[i] = message[i];
  for (size_t i = 0; i < sizeof(hint); i++) error->hint[i] = hint[i];
  return NULL;
}
