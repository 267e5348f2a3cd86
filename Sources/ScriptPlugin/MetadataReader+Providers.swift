import Model

extension MetadataReader {
  static func plugin(_ fields: MetadataFields) throws(PluginProblem) -> PluginArchive {
    var plugin = PluginArchive(
      name: try fields.required("name"), version: try fields.required("version"),
      formatVersion: try formatVersion(fields))
    plugin.author = try fields.text("author")
    plugin.date = try fields.text("date")
    plugin.url = try fields.text("url")
    plugin.description = try fields.text("description")
    let providers = try fields.maps("providers", most: mostProviders)
    guard !providers.isEmpty else { throw .metadata(field: "providers", "is missing or empty") }
    for item in providers {
      guard let provider = try provider(item, formatVersion: plugin.formatVersion) else {
        plugin.unused.append("\(try item.required("service")) \(try item.required("name"))")
        continue
      }
      guard !plugin.providers.contains(where: { $0.id == provider.id }) else {
        throw .metadata(field: item.field("name"), "'\(provider.name)' is there twice")
      }
      plugin.providers.append(provider)
    }
    return plugin
  }

  private static func formatVersion(_ fields: MetadataFields) throws(PluginProblem) -> String {
    let version = try fields.required("rundeckPluginVersion")
    guard let number = Double(version), number >= 1, number < 3 else {
      throw .metadata(
        field: "rundeckPluginVersion",
        "is '\(version.prefix(100))', and must be 1.0, 1.1, 1.2 or 2.0")
    }
    return version
  }

  /// Nil for a service that scripts do not provide here.
  private static func provider(
    _ fields: MetadataFields, formatVersion: String
  ) throws(PluginProblem) -> PluginProvider? {
    let name = try fields.required("name")
    guard let service = PluginService(rawValue: try fields.required("service")) else { return nil }
    let kind = try fields.required("plugin-type")
    guard kind == "script" else {
      throw .metadata(
        field: fields.field("plugin-type"), "is '\(kind.prefix(100))', and must be script")
    }
    return PluginProvider(
      name: name, service: service, title: try fields.text("title"),
      description: try fields.text("description"), scriptFile: try scriptFile(fields),
      interpreter: try interpreter(fields), arguments: try arguments(fields),
      interpreterArgsQuoted: try fields.flag("interpreter-args-quoted") ?? false,
      scriptExtension: try scriptExtension(fields),
      mergesEnvironment: try fields.flag("mergeEnvironment") ?? ((Double(formatVersion) ?? 1) > 1),
      properties: try properties(fields), metadata: fields.table("plugin-meta"))
  }

  /// A path below `contents/`, by the rules for names within archives.
  private static func scriptFile(_ fields: MetadataFields) throws(PluginProblem) -> String {
    let text = try fields.required("script-file")
    do throws(ZipError) {
      return try ZipName.path(text)
    } catch {
      throw .metadata(
        field: fields.field("script-file"),
        "'\(text.prefix(200))' must be the name of a file below contents/")
    }
  }

  /// A line, or its words.
  private static func interpreter(_ fields: MetadataFields) throws(PluginProblem) -> String? {
    let key = "script-interpreter"
    if let words = try list(key, fields) { return words.joined(separator: " ") }
    return try fields.text(key)
  }

  private static func arguments(
    _ fields: MetadataFields
  ) throws(PluginProblem) -> PluginProvider.Arguments {
    if let words = try list("script-args", fields) { return .list(words) }
    return .line(try fields.text("script-args") ?? "")
  }

  private static func list(
    _ key: String, _ fields: MetadataFields
  ) throws(PluginProblem) -> [String]? {
    guard case .list(let items)? = fields[key] else { return nil }
    return items.compactMap(\.scalarText)
  }

  private static func scriptExtension(
    _ fields: MetadataFields
  ) throws(PluginProblem) -> String? {
    let keepsOriginal = try fields.flag("use-original-extension") ?? true
    guard let text = try fields.text("script-file-extension"), !keepsOriginal else { return nil }
    let name = text.hasPrefix(".") ? String(text.dropFirst()) : text
    guard !name.isEmpty, name.utf8.count <= 32, !name.contains("/"), !name.contains("..") else {
      throw .metadata(
        field: fields.field("script-file-extension"), "'\(text.prefix(100))' is no extension")
    }
    return name
  }
}

extension PluginProvider {
  /// What tells it from others: names are a service's own.
  public var id: ID { ID(service: service, name: name) }

  public struct ID: Sendable, Hashable {
    public var service: PluginService
    public var name: String

    public init(service: PluginService, name: String) {
      self.service = service
      self.name = name
    }
  }
}
