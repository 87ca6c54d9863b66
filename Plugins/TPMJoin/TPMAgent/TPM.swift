import CTSS2
import PluginABI
import PluginKit
import TPMSystem

/// One open TPM, from the turn at its device to the last object flushed.
///
/// Commands go out in the asynchronous form of ESAPI and are waited for in slices, so that progress is
/// said while the TPM works (RSA keys take some chips seconds). Between commands the watch decides
/// whether to go on. Everything loaded is remembered here and flushed at the latest with `close`.
final class TPM {
  /// Milliseconds of one slice of waiting.
  private static let slice: Int32 = 250

  let log: Log
  /// The call this object works for; `.none` between calls.
  var watch: Watch
  private var claim: DeviceClaim?
  private var tcti: OpaquePointer?
  private var context: OpaquePointer?
  private var loaded: [ESYS_TR] = []

  /// Waits for the device's turn, opens it and sweeps what an earlier crash left in the TPM.
  static func open(_ place: TPMPlace, log: Log, watch: Watch) throws(PluginError) -> TPM {
    tenon_tpm_prepare()
    let tpm = TPM(claim: try DeviceClaim(place.name, watch), log: log, watch: watch)
    do {
      try tpm.connect(place)
      try tpm.sweep()
      return tpm
    } catch let failure {
      tpm.close()
      throw failure
    }
  }

  private init(claim: DeviceClaim, log: Log, watch: Watch) {
    self.claim = claim
    self.log = log
    self.watch = watch
  }

  private func connect(_ place: TPMPlace) throws(PluginError) {
    let transport = try place.connect(watch)
    tcti = transport
    tenon_tpm_close_on_exec(transport)
    let code = Esys_Initialize(&context, transport, nil)
    guard code == 0, let context else { throw TPMFailure.make("opening " + place.name, code) }
    _ = Esys_SetTimeout(context, Self.slice)
  }

  deinit { close() }

  /// Flushes everything and gives the device up. Harmless when repeated.
  func close() {
    watch = .none
    while let object = loaded.last { flush(object) }
    if context != nil { Esys_Finalize(&context) }
    context = nil
    if let tcti { tenon_tpm_finalize(tcti) }
    tcti = nil
    claim = nil
  }

  /// Runs one command and returns the TPM's answer to it.
  ///
  /// - Parameters:
  ///   - start: the `_Async` function.
  ///   - finish: the `_Finish` function; called until the answer is there, past any deadline.
  func attempt(
    _ command: String, _ start: (OpaquePointer) -> TSS2_RC, _ finish: (OpaquePointer) -> TSS2_RC
  ) -> TSS2_RC {
    guard let context else { return TSS2_RC(TSS2_BASE_RC_BAD_CONTEXT) }
    var code = start(context)
    guard code == 0 else { return code }
    var slices = 0
    repeat {
      code = finish(context)
      slices += 1
      if slices % 8 == 0 { watch.progress("waiting for the TPM to do " + command) }
    } while TPMFailure.isTryAgain(code)
    return code
  }

  /// As `attempt`, after a look at the watch.
  ///
  /// - Throws: `TENON_CANCELLED` before the command was sent, or the TPM's reason.
  func run(
    _ command: String, _ start: (OpaquePointer) -> TSS2_RC, _ finish: (OpaquePointer) -> TSS2_RC
  ) throws(PluginError) {
    try watch.check()
    let code = attempt(command, start, finish)
    guard code == 0 else { throw TPMFailure.make(command, code) }
  }

  /// Remembers an object or session that has to be flushed.
  func remember(_ object: ESYS_TR) { loaded.append(object) }

  /// Takes an object or session out of the TPM, whatever the watch says.
  func flush(_ object: ESYS_TR) {
    loaded.removeAll { $0 == object }
    let code = attempt(
      "TPM2_FlushContext", { Esys_FlushContext_Async($0, object) },
      { Esys_FlushContext_Finish($0) })
    if code != 0 { log.warning(TPMFailure.make("TPM2_FlushContext", code).message) }
  }

  /// The value behind a pointer the stack allocated, which is freed.
  static func take<Value>(_ pointer: UnsafeMutablePointer<Value>?) -> Value? {
    guard let pointer else { return nil }
    defer { Esys_Free(pointer) }
    return pointer.pointee
  }
}
