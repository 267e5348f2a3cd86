import Model

extension MetadataReader {
  static let mostProperties = 500

  static func properties(_ fields: MetadataFields) throws(PluginProblem) -> [PluginProperty] {
    var properties: [PluginProperty] = []
    for item in try fields.maps("config", most: mostProperties) {
      let property = try property(item)
      guard !properties.contains(where: { $0.name == property.name }) else {
        throw .metadata(field: item.field("name"), "'\(property.name)' is there twice")
      }
      properties.append(property)
    }
    return properties
  }

  private static func property(_ fields: MetadataFields) throws(PluginProblem) -> PluginProperty {
    var property = PluginProperty(
      name: try name(fields), kind: try fields.choice("type", PluginProperty.Kind.self) ?? .string)
    property.title = try fields.text("title")
    property.description = try fields.text("description")
    property.required = try fields.flag("required") ?? false
    property.standard = try fields.text("default")
    property.values = try fields.texts("values")
    property.scope = try fields.choice("scope", PluginProperty.Scope.self) ?? .instance
    property.blankIfUnexpanded = try fields.flag("blankIfUnexpanded") ?? true
    property.rendering = fields.table("renderingOptions")
    let chooses = property.kind == .select || property.kind == .options
    guard !chooses || !property.values.isEmpty else {
      throw .metadata(
        field: fields.field("values"), "is missing: \(property.kind.rawValue) needs it")
    }
    return property
  }

  /// What `${config.name}` and a key of properties can say.
  private static func name(_ fields: MetadataFields) throws(PluginProblem) -> String {
    let name = try fields.required("name")
    let isPlain = name.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && !"${}@".utf8.contains($0) }
    guard isPlain, name.utf8.count <= 200 else {
      throw .metadata(
        field: fields.field("name"), "'\(name.prefix(200))' is no name for a setting")
    }
    return name
  }
}
