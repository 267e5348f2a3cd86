/// A key of a daemon's configuration with everything that is known about it.
///
/// Keys are declared once, as static constants, collected in a ``ConfigurationSchema`` and used to read the
/// ``EffectiveConfiguration``:
///
/// ```swift
/// public enum ControlPlaneKeys {
///   public static let port = ConfigurationKey(
///     "server.port", .int(0...65535), default: 4440, "The TCP port of the HTTP server; 0 takes a free one.")
///   public static let heartbeat = ConfigurationKey(
///     "rundeck.clusterMode.heartbeat.interval", .duration(in: .seconds, .milliseconds(100) ... .seconds(60)),
///     default: .seconds(1), "How often a member renews its registration.")
///   public static let serverUUID = ConfigurationKey(
///     "rundeck.server.uuid", optional: .uuid, "This member's UUID; generated once when it is not given.")
///   public static let schema = ConfigurationSchema(
///     keys: [port, heartbeat, serverUUID], families: [])
/// }
///
/// let configuration = try ControlPlaneKeys.schema.load(file: path)   // reports every problem at once
/// let logger = DaemonLogging.bootstrap(identifier: "…", configuration: configuration)   // logs its warnings
/// let port: Int = configuration[ControlPlaneKeys.port]
/// let uuid: String? = configuration[ControlPlaneKeys.serverUUID]
/// ```
public struct ConfigurationKey<Value: Sendable>: Sendable {
  /// The name in a `.properties` file, such as `server.port`.
  public let name: String
  /// Older or foreign names that are read when `name` is not given.
  public let aliases: [String]
  /// What the key does, in a sentence or two.
  public let documentation: String
  /// What may be written.
  public let form: ValueForm<Value>
  /// What holds when nothing is written; nil for a key that must be given.
  public let defaultValue: Value?

  /// A key with a default.
  public init(
    _ name: String, aliases: [String] = [], _ form: ValueForm<Value>, default defaultValue: Value,
    _ documentation: String
  ) {
    self.init(name, aliases, form, defaultValue, documentation)
  }

  /// A key that must be given: its absence stops the start.
  public init(
    _ name: String, aliases: [String] = [], required form: ValueForm<Value>,
    _ documentation: String
  ) {
    self.init(name, aliases, form, nil, documentation)
  }

  /// A key whose value is nil when it is not given, or given as an empty text.
  public init<Wrapped>(
    _ name: String, aliases: [String] = [], optional form: ValueForm<Wrapped>,
    _ documentation: String
  ) where Value == Wrapped? {
    self.init(name, aliases, .optional(form), .some(nil), documentation)
  }

  private init(
    _ name: String, _ aliases: [String], _ form: ValueForm<Value>, _ defaultValue: Value?,
    _ documentation: String
  ) {
    self.name = name
    self.aliases = aliases
    self.documentation = documentation
    self.form = form
    self.defaultValue = defaultValue
  }
}

extension ConfigurationKey: DescribedKey {
  /// What may be written; see ``ValueForm/allowed``.
  public var allowed: String { form.allowed }
  /// Whether the value must never be shown.
  public var isSecret: Bool { form.isSecret }
  /// The default as it would be written; nil for a key that must be given.
  public var defaultText: String? { defaultValue.map(form.format) }
  /// Whether the text is allowed.
  public func accepts(_ text: String) -> Bool { form.parse(text) != nil }
}

extension ValueForm {
  /// The same form where an empty text means that nothing is given.
  static func optional<Wrapped: Sendable>(_ form: ValueForm<Wrapped>) -> Self
  where Value == Wrapped? {
    Self(
      allowed: form.allowed, isSecret: form.isSecret,
      parse: { text in text.isEmpty ? .some(nil) : form.parse(text).map { .some($0) } },
      format: { $0.map(form.format) ?? "" })
  }
}
