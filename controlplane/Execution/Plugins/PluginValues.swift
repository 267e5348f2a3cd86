import Model
import ScriptPlugin

/// The values of a provider's properties for one run: `${config.*}` and `RD_CONFIG_*`. Pure.
struct PluginValues: Sendable, Hashable {
  private(set) var texts: [String: String] = [:]
  /// Those that must not be seen in the output.
  private(set) var secrets: Set<String> = []

  /// - Parameters:
  ///   - settings: what the definition says; its references are replaced.
  ///   - context: what they mean, and the secure options.
  ///   - keys: what came of asking the key storage for `keyPaths`.
  ///   - isExpanded: whether references were replaced already.
  /// - Throws: `StepFailure` for a value that is missing or not allowed; it names the property.
  init(
    _ provider: PluginProvider, settings: [String: String], _ defaults: PluginDefaults,
    in context: DataContext, keys: Keys = [:], isExpanded: Bool = false
  ) throws(StepFailure) {
    let expansion = ReferenceExpansion(context: context)
    for property in provider.properties {
      let source = PropertySource(property, settings, defaults)
      let text = isExpanded ? source.text : try Self.text(source, property, expansion)
      guard let value = try Self.converted(text, property, context, keys) else { continue }
      if let problem = property.problem(with: value) { throw Self.failure(property, problem) }
      texts[property.name] = value
      if property.isSecret, !value.isEmpty { secrets.insert(value) }
    }
    for property in provider.properties where property.required {
      guard (texts[property.name] ?? "").isEmpty else { continue }
      throw Self.failure(property, "must have a value")
    }
  }

  /// What came of asking the key storage, by path.
  typealias Keys = [String: Result<String, KeyStorageError>]

  /// What the key storage must be asked for, with the same arguments.
  static func keyPaths(
    _ provider: PluginProvider, settings: [String: String], _ defaults: PluginDefaults,
    in context: DataContext, isExpanded: Bool = false
  ) throws(StepFailure) -> Set<String> {
    let expansion = ReferenceExpansion(context: context)
    var paths: Set<String> = []
    for property in provider.properties where property.conversion == .keyStorage {
      let source = PropertySource(property, settings, defaults)
      let text = isExpanded ? source.text : try Self.text(source, property, expansion)
      if let text, !text.isEmpty { paths.insert(text) }
    }
    return paths
  }

  private static func text(
    _ source: PropertySource, _ property: PluginProperty, _ expansion: ReferenceExpansion
  ) throws(StepFailure) -> String? {
    guard case .definition(let text) = source else { return source.text }
    do throws(ExpansionOverrun) {
      return property.blankIfUnexpanded
        ? try expansion.expand(text) : try expansion.expandKnown(text)
    } catch {
      throw failure(property, "\(error)")
    }
  }

  /// The text that a value stands for; nil for one that is to be left out.
  private static func converted(
    _ text: String?, _ property: PluginProperty, _ context: DataContext, _ keys: Keys
  ) throws(StepFailure) -> String? {
    guard let text, !text.isEmpty, let conversion = property.conversion else { return text }
    if conversion == .secureOption, text.hasPrefix("option."),
      let value = context.secureOptions[String(text.dropFirst("option.".count))]
    {
      return value
    }
    if conversion == .keyStorage, case .success(let value)? = keys[text] { return value }
    switch property.conversionFailure {
    case "remove": return nil
    case "skip": return text
    default: break
    }
    if conversion == .secureOption { return text }
    throw failure(property, keyProblem(text, keys[text]))
  }

  /// What is no path may be a password that somebody wrote into the definition.
  private static func keyProblem(_ text: String, _ answer: Keys.Value?) -> String {
    guard let path = try? StoragePath(text) else {
      return "must be a path of the key storage (keys/…)"
    }
    guard case .failure(let error)? = answer else { return "is no path that was asked for" }
    return "is the path \(path) of the key storage, but \(error)"
  }

  private static func failure(_ property: PluginProperty, _ reason: String) -> StepFailure {
    StepFailure("ConfigurationFailure", "The setting \(property.name) \(reason)")
  }
}

/// Where a property's value comes from: the first of the places that its scope allows.
private enum PropertySource {
  case definition(String)
  case other(String)
  case nowhere

  init(_ property: PluginProperty, _ settings: [String: String], _ defaults: PluginDefaults) {
    let (name, scope) = (property.name, property.scope)
    let given = { (values: [String: String]) in values[name].flatMap { $0.isEmpty ? nil : $0 } }
    if property.isOfInstance, let text = given(settings) {
      self = .definition(text)
    } else if scope != .instanceOnly, scope != .framework, let text = given(defaults.project) {
      self = .other(text)
    } else if scope != .instanceOnly, scope != .projectOnly, let text = given(defaults.framework) {
      self = .other(text)
    } else {
      self = property.standard.map { .other($0) } ?? .nowhere
    }
  }

  var text: String? {
    switch self {
    case .definition(let text), .other(let text): text
    case .nowhere: nil
    }
  }
}
