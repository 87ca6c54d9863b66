/* The TPM 2.0 software stack of the system: ESAPI, marshalling, error texts and the device TCTI. */
#ifndef TENON_CTSS2_SHIM_H
#define TENON_CTSS2_SHIM_H

#include <tss2/tss2_esys.h>
#include <tss2/tss2_mu.h>
#include <tss2/tss2_rc.h>
#include <tss2/tss2_tcti_device.h>

/* Composed constants that Swift does not import. */
static const TSS2_RC TENON_TSS2_TRY_AGAIN = TSS2_BASE_RC_TRY_AGAIN;
static const TSS2_RC TENON_TSS2_LAYER_MASK = TSS2_RC_LAYER_MASK;

#endif
