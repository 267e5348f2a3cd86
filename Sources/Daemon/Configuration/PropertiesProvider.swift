public import Configuration

/// A `.properties` file as a provider of swift-configuration. Values are texts; white space around a value does not
/// count. A key that is given twice has its last value.
public struct PropertiesProvider: Sendable {
  /// The path or name that the file is called by in messages.
  public let file: String
  let entries: [String: PropertiesDocument.Entry]

  /// Provides the last entry of each key.
  public init(_ document: PropertiesDocument, file: String) {
    self.file = file
    self.entries = document.lastEntries
  }
}

extension PropertiesProvider: ConfigProvider, ConfigSnapshot {
  /// The name in swift-configuration's access reports.
  public var providerName: String { "PropertiesProvider[\(file)]" }

  /// The text of a key, or no value. Other types than strings throw: forms read texts, see ``ValueForm``.
  public func value(forKey key: AbsoluteConfigKey, type: ConfigType) throws -> LookupResult {
    let name = key.components.joined(separator: ".")
    guard let entry = entries[name] else { return LookupResult(encodedKey: name, value: nil) }
    guard type == .string else { throw UnsupportedType(key: name, type: type) }
    let text = entry.value.trimmingWhitespace()
    return LookupResult(encodedKey: name, value: ConfigValue(.string(text), isSecret: false))
  }

  /// The same as `value(forKey:type:)`: a file is read once.
  public nonisolated(nonsending) func fetchValue(forKey key: AbsoluteConfigKey, type: ConfigType)
    async throws
    -> LookupResult
  {
    try value(forKey: key, type: type)
  }

  /// Gives the one value there is.
  public nonisolated(nonsending) func watchValue<Return: ~Copyable>(
    forKey key: AbsoluteConfigKey, type: ConfigType,
    updatesHandler:
      nonisolated(nonsending) (
        _ updates: ConfigUpdatesAsyncSequence<Result<LookupResult, any Error>, Never>
      ) async throws -> Return
  ) async throws -> Return {
    try await watchValueFromValue(forKey: key, type: type, updatesHandler: updatesHandler)
  }

  /// The provider itself: it never changes.
  public func snapshot() -> any ConfigSnapshot { self }

  /// Gives the one snapshot there is.
  public nonisolated(nonsending) func watchSnapshot<Return: ~Copyable>(
    updatesHandler:
      nonisolated(nonsending) (
        _ updates: ConfigUpdatesAsyncSequence<any ConfigSnapshot, Never>
      ) async throws -> Return
  ) async throws -> Return {
    try await watchSnapshotFromSnapshot(updatesHandler: updatesHandler)
  }

  /// A value was asked for as something else than a text.
  public struct UnsupportedType: Error {
    /// The key that was asked for.
    public let key: String
    /// The type that it was asked for as.
    public let type: ConfigType
  }
}
