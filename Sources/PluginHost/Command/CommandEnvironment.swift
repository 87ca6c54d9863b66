/// What a plugin command may reach.
public struct CommandEnvironment: Sendable {
  /// The program's name for usage texts.
  public var program: String
  public var out: @Sendable ([UInt8]) -> Void
  public var err: @Sendable ([UInt8]) -> Void
  /// Environment variables, for parameters that name one.
  public var variable: @Sendable (String) -> String?
  /// GET https://address/webapi/find, as JSON.
  public var find: @Sendable (String) async throws(PluginFailure) -> [UInt8]
  /// Opens the storage a `--storage` parameter names.
  public var storage: @Sendable (String) throws(RecordError) -> any RecordStorage
  /// Writes a file the user named in a parameter: as a whole, mode 0600. One that is there is an error
  /// unless it is to be replaced.
  public var write:
    @Sendable (_ path: String, _ content: [UInt8], _ replaces: Bool) throws(RecordError) -> Void
  /// The tokens of a join method, for commands beside the authority.
  public var tokens: @Sendable (_ method: String) -> (any TokenAccess)?
  public var log: any PluginLog

  public init(
    program: String, out: @escaping @Sendable ([UInt8]) -> Void,
    err: @escaping @Sendable ([UInt8]) -> Void,
    variable: @escaping @Sendable (String) -> String?,
    find: @escaping @Sendable (String) async throws(PluginFailure) -> [UInt8],
    storage: @escaping @Sendable (String) throws(RecordError) -> any RecordStorage,
    write:
      @escaping @Sendable (_ path: String, _ content: [UInt8], _ replaces: Bool)
      throws(RecordError) -> Void = { path, _, _ throws(RecordError) in
        throw RecordError(message: "files cannot be written here, so \(path) is not")
      },
    tokens: @escaping @Sendable (_ method: String) -> (any TokenAccess)? = { _ in nil },
    log: any PluginLog
  ) {
    self.program = program
    self.out = out
    self.err = err
    self.variable = variable
    self.find = find
    self.storage = storage
    self.write = write
    self.tokens = tokens
    self.log = log
  }
}
