#include <ffi.h>

/* Swift 6 refuses libffi's type globals as unsafe shared state; they never change after load. */
static inline ffi_type *tenon_ffi_pointer(void) { return &ffi_type_pointer; }
static inline ffi_type *tenon_ffi_sint32(void) { return &ffi_type_sint32; }
static inline ffi_type *tenon_ffi_sint64(void) { return &ffi_type_sint64; }
static inline ffi_type *tenon_ffi_uint64(void) { return &ffi_type_uint64; }
static inline ffi_type *tenon_ffi_double(void) { return &ffi_type_double; }
