/*
 * TPMSystem.h - what the agent half of the TPM join needs of the system besides the TPM stack: facts
 * about device nodes and accounts, one claim per device and process, the TCTI of a simulator, and
 * reading of certificates. Embedded Swift has no libc of its own.
 *
 * Threads: every function may be called on any thread. Text goes into buffers of the caller, always
 * terminated; what does not fit is an error, never cut silently, unless said otherwise.
 */
#ifndef TENON_TPM_SYSTEM_H
#define TENON_TPM_SYSTEM_H

#include <stddef.h>
#include <stdint.h>
#include <tss2/tss2_tcti.h>

/* --- facts ---------------------------------------------------------------------------------- */

typedef struct tenon_tpm_node {
  uint32_t mode; /* as of stat(2), with the file type */
  uint32_t owner;
  uint32_t group;
  int32_t is_character_device;
} tenon_tpm_node;

/* 0, or the errno of stat(2). */
int32_t tenon_tpm_stat(const char *path, tenon_tpm_node *out);

/* Opens for reading and writing and closes again: 0, or the errno. */
int32_t tenon_tpm_try_open(const char *path);

/* The names in a directory, sorted, each followed by a zero byte; the count of bytes, or minus the
 * errno. Names that start with a dot are left out. */
int32_t tenon_tpm_list(const char *path, char *out, size_t size);

/* Names of accounts; the number in decimal when the account has no name. Cut to fit. */
void tenon_tpm_user_name(uint32_t id, char *out, size_t size);
void tenon_tpm_group_name(uint32_t id, char *out, size_t size);

uint32_t tenon_tpm_effective_user(void);

/* The groups of this process: the effective one and the supplementary ones. The count of them, at
 * most `capacity`. */
size_t tenon_tpm_process_groups(uint32_t *out, size_t capacity);

/* Whether the account database counts the user into the group. */
int32_t tenon_tpm_is_member(uint32_t user, uint32_t group);

/* The machine's host name. Cut to fit. */
void tenon_tpm_host_name(char *out, size_t size);

/* The system's words for an errno. Cut to fit. */
void tenon_tpm_error_text(int32_t error, char *out, size_t size);

/* --- claims --------------------------------------------------------------------------------- */

/*
 * Claims a device for one user of this process, and waits for it at most the given time. Claims are
 * not bound to threads. 0 when claimed, ETIMEDOUT while somebody else has it, ENOMEM.
 */
int32_t tenon_tpm_claim(const char *device, uint32_t wait_milliseconds);
void tenon_tpm_release(const char *device);

/* --- transport ------------------------------------------------------------------------------ */

/*
 * The TCTI of a simulator: TPM commands on a stream socket, as `swtpm socket` serves them. `address`
 * is "path=/run/x.sock" or "host=127.0.0.1,port=2321" (an IPv4 address). On success *out is owned by
 * the caller: Tss2_Tcti_Finalize, then free. The errno otherwise.
 */
int32_t tenon_tpm_simulator(const char *address, TSS2_TCTI_CONTEXT **out);

/* Keeps the descriptors of a TCTI out of programs this process starts. */
void tenon_tpm_close_on_exec(TSS2_TCTI_CONTEXT *tcti);

/* Ends a transport, and frees it. `size` bytes of zeroed memory for one. */
void tenon_tpm_finalize(TSS2_TCTI_CONTEXT *tcti);
TSS2_TCTI_CONTEXT *tenon_tpm_allocate(size_t size);

void tenon_tpm_pause(uint32_t milliseconds);

/* Zeroes memory that held a secret, in a way the compiler keeps. */
void tenon_tpm_wipe(void *bytes, size_t count);

/* --- certificates and digests --------------------------------------------------------------- */

/* Readies libcrypto without exit handlers, which a plugin must not leave behind, and keeps the TPM
 * stack's own log off stderr unless TSS2_LOG asks for it. Before anything else of either. */
void tenon_tpm_prepare(void);

void tenon_tpm_sha256(const uint8_t *bytes, size_t count, uint8_t out[32]);

/* An RSA public key as SubjectPublicKeyInfo DER: the count of bytes, 0 when it cannot be made. */
size_t tenon_tpm_rsa_public(const uint8_t *modulus, size_t modulus_size, uint32_t exponent,
                            uint8_t *out, size_t size);

/* What a certificate says. Sizes are counts of bytes. */
typedef struct tenon_tpm_certificate {
  size_t der_size; /* the certificate's own bytes at the start of what was given */
  uint8_t public_key[1024]; /* SubjectPublicKeyInfo DER of a plain RSA or EC key, as X.509 writes it */
  size_t public_key_size;   /* 0: the key is of a kind nobody can use here */
  uint8_t serial[64];       /* big endian magnitude */
  size_t serial_size;
  char issuer[512]; /* RFC 2253, cut to fit */
} tenon_tpm_certificate;

/* Reads the X.509 certificate the bytes start with: 0, or -1 when they start with none. */
int32_t tenon_tpm_read_certificate(const uint8_t *bytes, size_t count,
                                   tenon_tpm_certificate *out);

#endif
