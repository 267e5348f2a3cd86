/// A plugin's type and its settings, as steps, notifications and orchestrators have them:
/// `{type: …, configuration: {…}}`.
public struct PluginDefinition: Sendable, Hashable, Codable {
  public var type: String
  /// A map, empty when the definition has none.
  public var configuration: JobValue

  public init(type: String, configuration: JobValue = .map([])) {
    self.type = type
    self.configuration = configuration
  }

  /// Reads `type` and `configuration`.
  ///
  /// - Throws: `JobProblem` for a missing type, a configuration that is no map and unknown keys.
  public init(_ value: JobValue, path: String) throws(JobProblem) {
    var fields = try DefinitionFields(value, path: path)
    guard let type = try fields.filledText("type") else {
      throw JobProblem(field: fields.field("type"), message: "a plugin must name its type")
    }
    self.init(type: type)
    // An empty element of XML is an empty text.
    if let settings = fields.take("configuration"), settings != .text("") {
      guard case .map = settings else {
        throw JobProblem(
          field: fields.field("configuration"),
          message: "expected a map, found \(settings.kindName)")
      }
      configuration = settings
    }
    try fields.refuseRest()
  }

  /// A setting as text; nil when it is missing or no scalar.
  public func text(_ key: String) -> String? { configuration[key]?.scalarText }

  /// All settings that are scalars, as texts.
  public var texts: [String: String] {
    guard case .map(let entries) = configuration else { return [:] }
    return Dictionary(
      entries.compactMap { entry in entry.value.scalarText.map { (entry.key, $0) } },
      uniquingKeysWith: { first, _ in first })
  }
}
