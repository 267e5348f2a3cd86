extension ConfigurationSchema {
  /// Reads the file, when one is given, and the environment, which overrides it, and checks everything.
  ///
  /// Throws a ``ConfigurationError`` with every problem at once: a file that cannot be read, a line that is no property,
  /// a value that is not allowed, a required key that is missing.
  public func load(
    file path: String?, environment: [String: String] = ProcessEnvironment.current
  ) throws(ConfigurationError) -> EffectiveConfiguration {
    guard let path else { return try resolve(nil, file: "", environment: environment) }
    let bytes = try ConfigurationFile.read(path)
    do {
      let document = try PropertiesDocument(bytes: bytes)
      return try resolve(document, file: path, environment: environment)
    } catch let error as PropertiesDocument.SyntaxError {
      throw ConfigurationError(key: path, origin: "line \(error.line)", reason: error.reason)
    } catch let error as ConfigurationError {
      throw error
    } catch {
      throw ConfigurationError(key: path, reason: "\(error)")
    }
  }

  /// Decides what holds. Pure.
  public func resolve(
    _ document: PropertiesDocument?, file: String, environment: [String: String]
  ) throws(ConfigurationError) -> EffectiveConfiguration {
    let document = document ?? PropertiesDocument.empty
    let fromFile = FileSource(provider: PropertiesProvider(document, file: file))
    let sources: [any ConfigurationSource] = [EnvironmentSource(environment), fromFile]
    let (settings, problems) = settings(from: sources)
    guard problems.isEmpty else { throw ConfigurationError(problems) }
    return EffectiveConfiguration(
      warnings: warnings(document, file: file, environment: environment),
      schema: self, settings: settings, families: familySettings(document, file: file))
  }

  private func settings(
    from sources: [any ConfigurationSource]
  ) -> ([String: EffectiveConfiguration.Setting], [ConfigurationProblem]) {
    var settings: [String: EffectiveConfiguration.Setting] = [:]
    var problems: [ConfigurationProblem] = []
    for key in keys {
      let setting = sources.lazy.compactMap { source in
        ([key.name] + key.aliases).lazy.compactMap { source.setting(named: $0) }.first
      }.first
      if let problem = problem(of: setting, for: key) { problems.append(problem) }
      settings[key.name] = setting
    }
    return (settings, problems)
  }

  private func problem(
    of setting: EffectiveConfiguration.Setting?, for key: any DescribedKey
  ) -> ConfigurationProblem? {
    guard let setting else {
      guard key.defaultText == nil else { return nil }
      return ConfigurationProblem(
        key: key.name, value: nil, origin: nil, reason: "must be given; allowed: \(key.allowed)")
    }
    guard !key.accepts(setting.text) else { return nil }
    let isShown = !key.isSecret || setting.text.isEmpty
    return ConfigurationProblem(
      key: key.name, value: isShown ? setting.text : "********", origin: setting.origin,
      reason: "is not allowed; allowed: \(key.allowed)")
  }

  private func familySettings(
    _ document: PropertiesDocument, file: String
  ) -> [String: [String: EffectiveConfiguration.Setting]] {
    var found: [String: [String: EffectiveConfiguration.Setting]] = [:]
    for (name, entry) in document.lastEntries {
      guard let family = family(of: name) else { continue }
      found[family.prefix, default: [:]][String(name.dropFirst(family.prefix.count))] =
        .init(text: entry.value.trimmingWhitespace(), origin: "\(file) line \(entry.line)")
    }
    return found
  }

  /// The family that a key which is not in the schema by its own name belongs to.
  func family(of name: String) -> ConfigurationFamily? {
    guard !names.contains(name) else { return nil }
    return families.first { name.hasPrefix($0.prefix) && name.count > $0.prefix.count }
  }
}

extension PropertiesDocument {
  /// A document without entries.
  static let empty = PropertiesDocument(entries: [])
}
