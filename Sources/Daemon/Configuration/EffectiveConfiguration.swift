/// The configuration that a daemon runs with: checked, complete and immutable.
public struct EffectiveConfiguration: Sendable {
  /// What is worth a warning in the log: unknown keys (with the nearest known one) and keys that were given twice.
  public let warnings: [String]
  let schema: ConfigurationSchema
  let settings: [String: Setting]
  let families: [String: [String: Setting]]

  /// A text that was given, and where.
  struct Setting: Sendable, Equatable {
    let text: String
    let origin: String
  }

  /// The value of a key of the schema: what was given, else the default. A key that is not in the schema traps.
  public subscript<Value>(_ key: ConfigurationKey<Value>) -> Value {
    precondition(schema.keys.contains { $0.name == key.name }, "\(key.name) is not in the schema")
    if let given = settings[key.name], let value = key.form.parse(given.text) { return value }
    guard let value = key.defaultValue else {
      preconditionFailure("\(key.name) is required and was not checked")
    }
    return value
  }

  /// The values of a family's keys by the chosen rest of their names.
  public subscript(_ family: ConfigurationFamily) -> [String: String] {
    (families[family.prefix] ?? [:]).mapValues(\.text)
  }

  /// Where a key's value came from; nil when the default holds.
  public func origin<Value>(of key: ConfigurationKey<Value>) -> String? {
    settings[key.name]?.origin
  }
}
